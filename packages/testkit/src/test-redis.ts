import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '@headroom/postgres'

/** A Redis server of one test file. */
export interface TestRedis {
  readonly url: string
  /** Forgets everything at once. */
  readonly flush: () => Promise<void>
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
    if (outcome === 'ready')
      return { url: `redis://127.0.0.1:${port}`, flush: () => flush(port), stop: () => stop(server) }
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

/** By Redis' own protocol, which takes a line as a command. */
async function flush(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.end('FLUSHALL\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (!answer.toString().startsWith('+OK')) throw new Error(`Redis answered: ${answer}`)
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  // Nothing has to be saved, and a client that hangs must not delay the end.
  server.kill('SIGKILL')
  await once(server, 'close')
}
