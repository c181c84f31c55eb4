// `npm run check`: everything a machine can say about the tree without running it. Every step runs, also after one that
// failed, so that one round shows all there is to mend.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

/** One check: a program of node_modules with its arguments, and what its output must satisfy beyond exit code 0. */
interface Step {
  readonly name: string
  readonly args: readonly string[]
  /** The complaint about the output of a run that ended well; `null` if there is none. */
  readonly complaint?: (output: string) => string | null
}

/** A file that a command writes from the code, and that has to be written again when the code changes. */
interface Generated {
  readonly command: string
  readonly path: string
}

const root = path.resolve(import.meta.dirname, '..')
const biome = 'node_modules/@biomejs/biome/bin/biome'
const tsc = 'node_modules/typescript/bin/tsc'

const steps: readonly Step[] = [
  { name: 'format and lint', args: [biome, 'check', '--error-on-warnings', '.'] },
  { name: 'types', args: [tsc, '--noEmit', '-p', '.'] },
  { name: 'the domain does no IO', args: [tsc, '--noEmit', '-p', 'packages/domain'] },
  {
    name: 'boundaries',
    args: ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', 'packages', 'services', 'bench', 'test'],
    complaint: (output) => {
      const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0)
      return modules > 50 ? null : `only ${modules} modules were seen: dependency-cruiser cannot parse TypeScript here`
    },
  },
  { name: 'nothing unused', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
]

const generated: readonly Generated[] = [
  { command: 'schema', path: 'packages/store/schema.sql' },
  { command: 'openapi', path: 'services/api/openapi.json' },
]

const results = [...steps.map(runStep), checkMigrations(), ...generated.map(regenerate)]
process.exitCode = results.every(Boolean) ? 0 : 1

function runStep({ name, args, complaint }: Step): boolean {
  const { ok, output, seconds } = run(args)
  const problem = ok ? (complaint?.(output) ?? null) : output
  return report(name, seconds, problem)
}

/** Whether the migrations lead to the schema in the code; tried on a copy, since a check must not add a migration. */
function checkMigrations(): boolean {
  const store = path.join(root, 'packages/store')
  // Relative, because drizzle-kit takes absolute paths as relative ones.
  const copy = 'node_modules/.cache/migrations'
  rmSync(path.join(store, copy), { recursive: true, force: true })
  cpSync(path.join(store, 'migrations'), path.join(store, copy), { recursive: true })
  const count = () => readdirSync(path.join(store, copy)).length
  const before = count()
  const source = ['--dialect=postgresql', '--schema=./src/schema', `--out=${copy}`]
  const { ok, output, seconds } = run(['node_modules/drizzle-kit/bin.cjs', 'generate', ...source], store)
  const problem = count() === before ? null : 'the schema has changed: run npm run db:generate and read the migration'
  return report('packages/store/migrations in step', seconds, ok ? problem : output)
}

function regenerate({ command, path: name }: Generated): boolean {
  const content = () => (existsSync(path.join(root, name)) ? readFileSync(path.join(root, name), 'utf8') : null)
  const before = content()
  const { ok, output, seconds } = run(['scripts/run.mjs', command])
  const problem = content() === before ? null : `${name} was out of date and is now written anew: read it and commit it`
  return report(`${name} in step`, seconds, ok ? problem : output)
}

function run(args: readonly string[], cwd = root): { ok: boolean; output: string; seconds: string } {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  return { ok: status === 0, output: stdout + stderr, seconds }
}

function report(name: string, seconds: string, problem: string | null): boolean {
  process.stdout.write(
    `${problem === null ? '✓' : '✗'} ${name} (${seconds} s)\n${problem === null ? '' : `${problem}\n`}`,
  )
  return problem === null
}
