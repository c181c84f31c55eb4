// How every command of this project starts, with nothing installed but Node 20 and npm: installs what is missing or out
// of date, then runs `node scripts/run.mjs COMMAND [ARGS]` on the pinned Node. Hence plain Node 20 syntax.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const commands = {
  start: ['services/headroom/src/main.ts', 'start'],
  headroom: ['services/headroom/src/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  check: ['scripts/check.ts'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'],
  bench: ['bench/run.ts'],
  train: ['packages/classification/scripts/train.ts'],
  schema: ['packages/store/scripts/dump-schema.ts'],
  openapi: ['services/api/scripts/write-openapi.ts'],
  'db:generate': ['node_modules/drizzle-kit/bin.cjs', 'generate'],
}
const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = 'node_modules/.bootstrap'
const lock = '.bootstrap.lock'
const pinnedNode = `${root}node_modules/.bin/node`
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

main(...process.argv.slice(2)).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})

async function main(command, ...args) {
  if (!Object.hasOwn(commands, command ?? '')) throw new Error(`Commands: ${Object.keys(commands).join(', ')}`)
  process.chdir(root)
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'))
  const inputs = [readFileSync('pnpm-lock.yaml'), readFileSync('pnpm-workspace.yaml'), Buffer.from(packageManager)]
  const wanted = createHash('sha256').update(Buffer.concat(inputs)).digest('hex')
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  while (!isInstalled()) {
    if (!takeLock()) await sleep(200)
    else await install(packageManager, wanted).finally(() => rmSync(lock, { force: true }))
  }
  // drizzle-kit looks for its configuration, and for what that names, in the folder it is started in.
  const cwd = command === 'db:generate' ? 'packages/store' : '.'
  // Half of the time that a short command takes is Node reading TypeScript; where this can't be written, it does without.
  // V8 would let its young generation grow to a third of all memory used while tickets stream through.
  const env = {
    NODE_COMPILE_CACHE: `${root}node_modules/.cache/compiled`,
    NODE_OPTIONS: '--max-semi-space-size=16',
    ...process.env,
  }
  process.exitCode = (await run(findNode(), [...commands[command], ...args], { cwd, env, stdio: 'inherit' })).code
}

async function install(packageManager, wanted) {
  console.error('Installing what Headroom needs (once, and again when its dependencies change)…')
  const options = { env: { ...process.env, CI: 'true' }, stdio: ['ignore', 'pipe', 'pipe'] }
  const { code, output } = await run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], options)
  if (code === 0) return writeFileSync(stamp, wanted)
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|META_FETCH_FAIL/.test(output))
    throw new Error('The npm registry cannot be reached: check the network or npm’s proxy settings, then try again.')
  throw new Error(code > 128 ? 'Stopped before the installation was complete.' : `${output}\nThe installation failed.`)
}

/** Two first starts at once install one after the other. The lock of a process that is gone, or half an hour old, is void. */
function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw new Error(`Cannot write to ${root}: ${error.message}`)
  }
  try {
    // Signal 0 only asks whether the process is there. An empty lock is being written this moment.
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0)
    if (Date.now() - statSync(lock).mtimeMs > 1_800_000) rmSync(lock, { force: true })
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lock, { force: true })
  }
  return false
}

function findNode() {
  // The pinned one starts on the platforms it is made for; elsewhere the system's own must be able to run TypeScript.
  if (existsSync(pinnedNode) && spawnSync(pinnedNode, ['--version']).status === 0) return pinnedNode
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  throw new Error(`There is no Node 24 for this platform in reach: install Node 24 or later from https://nodejs.org.`)
}

/** Runs a program to its end. Signals are passed on; those from a terminal reach it twice, which our programs expect. */
function run(program, args, options) {
  const child = spawn(program, args, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`Cannot run ${program}: ${error.message}`)))
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal], output }))
  })
}
