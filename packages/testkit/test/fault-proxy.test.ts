import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../src/index.ts'

const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
await once(echo, 'listening')
const proxy: FaultProxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
afterAll(async () => {
  await proxy.close()
  echo.close()
})

async function roundTrip(): Promise<string> {
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write('hello')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

test('without a fault the bytes pass unchanged', async () => {
  expect(await roundTrip()).toBe('hello')
})

test('a delay holds both directions back', async () => {
  proxy.delay(40)
  const start = performance.now()

  const answer = await roundTrip()

  expect(answer).toBe('hello')
  expect(performance.now() - start).toBeGreaterThanOrEqual(75)
  proxy.delay(0)
})

test('a reset cuts open connections and lets new ones pass', async () => {
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write('hello')
  await once(socket, 'data')

  proxy.reset()
  const [error] = await once(socket, 'error')

  expect(error).toMatchObject({ code: 'ECONNRESET' })
  expect(await roundTrip()).toBe('hello')
})

test('a server that is down refuses until it is up again', async () => {
  proxy.setUp(false)
  await expect(roundTrip()).rejects.toMatchObject({ code: 'ECONNRESET' })

  proxy.setUp(true)

  expect(await roundTrip()).toBe('hello')
})
