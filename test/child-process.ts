import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
/** Half of the time that a short command takes is Node reading TypeScript. */
const compileCache = path.join(root, 'node_modules/.cache/compiled')

/** A program of ours that runs as a process of its own. */
export interface RunningProcess {
  readonly child: ChildProcess
  /** Everything that it has printed until now. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Its exit code, once all its output is there; null when a signal killed it. */
  readonly ended: Promise<number | null>
}

/** Runs a file of this repository with this Node, in an environment of nothing but `env` and the PATH. */
export function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningProcess {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, stdout: () => stdout, stderr: () => stderr, ended }
}

/** Asks again and again until the answer is neither null nor false; says what was waited for when it takes too long. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  withinMs = 50_000,
): Promise<T> {
  for (const giveUpAt = performance.now() + withinMs; performance.now() < giveUpAt; ) {
    const answer = await ask()
    if (answer !== null && answer !== false) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`This did not happen within ${withinMs / 1000} s: ${what}`)
}
