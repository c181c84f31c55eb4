import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@headroom/postgres'

/** A Redis server of one test file. */
export interface TestRedis {
  readonly url: string
  readonly stop: () => Promise<void>
}

/**
 * An empty Redis that keeps nothing on disk, or `null` where `redis-server` is not installed: then the test says so,
 * `describe.skipIf(redis === null)('… (needs redis-server)', …)`.
 */
export async function testRedis(): Promise<TestRedis | null> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no']
    const server = spawn('redis-server', [...options, '--maxmemory-policy', 'noeviction'])
    const outcome = await untilReady(server)
    if (outcome === 'absent') return null
    if (outcome === 'ready') return { url: `redis://127.0.0.1:${port}`, stop: () => stop(server) }
    // Most likely another process took the port first.
    if (attempt === 3) throw new Error(`redis-server did not start: ${outcome.slice(-500)}`)
  }
}

function untilReady(server: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let output = ''
    server.stdout?.on('data', (text) => {
      output += text
      if (output.includes('Ready to accept connections')) resolve('ready')
    })
    server.once('error', (error) => resolve('code' in error && error.code === 'ENOENT' ? 'absent' : String(error)))
    server.once('close', () => resolve(output))
  })
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  // Nothing has to be saved, and a client that hangs must not delay the end.
  server.kill('SIGKILL')
  await once(server, 'close')
}
