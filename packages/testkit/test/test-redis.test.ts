import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { testRedis } from '../src/index.ts'

test('redis answers where it is installed and is gone after stop', async ({ skip }) => {
  const redis = await testRedis()
  if (redis === null) return skip('redis-server is not installed')
  const port = Number(new URL(redis.url).port)

  const socket = connect(port, '127.0.0.1')
  socket.write('PING\r\n')
  const [answer] = await once(socket, 'data')
  await redis.stop()
  const refused = connect(port, '127.0.0.1')
  const [error] = await once(refused, 'error')

  expect(String(answer)).toBe('+PONG\r\n')
  expect(error).toMatchObject({ code: 'ECONNREFUSED' })
})
