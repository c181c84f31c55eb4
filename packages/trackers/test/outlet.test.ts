import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, expect, test } from 'vitest'
import { createTracker, outletTo, TrackerProtocolError } from '../src/index.ts'

const isPublic = (address: string) => !/^(127\.|::1$)/.test(address)
const outlet = outletTo(isPublic)
let requests = 0
const server = createServer((_request, response) => {
  requests += 1
  response.setHeader('content-type', 'application/json')
  response.end('{"displayName":"Somebody inside"}')
})

beforeEach(async () => {
  requests = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return () => new Promise((resolve) => server.close(resolve))
})

const port = () => (server.address() as AddressInfo).port
const jira = (host: string, options: Parameters<typeof createTracker>[1] = { outlet }) =>
  createTracker(
    {
      kind: 'jira-cloud',
      baseUrl: `http://${host}:${port()}`,
      credentials: { email: 'a@b.c', apiToken: 'x' },
      scope: {},
    },
    { wait: async () => {}, ...options },
  )
const linear = (host: string) =>
  createTracker(
    { kind: 'linear', baseUrl: `http://${host}:${port()}/graphql`, credentials: { apiKey: 'x' }, scope: {} },
    { wait: async () => {}, outlet },
  )

test.each([
  ['a name that leads inside', () => jira('localhost')],
  ['an address inside', () => jira('127.0.0.1')],
  ['an address inside, by IPv6', () => jira('[::1]')],
  ['the same for Linear', () => linear('localhost')],
  ['the same for Linear by address', () => linear('127.0.0.1')],
])('%s is not connected to, and the message says what allows it', async (_, open) => {
  const test = open().test()

  await expect(test).rejects.toThrow(TrackerProtocolError)
  await expect(test).rejects.toThrow(/leads to a private or loopback address; .*HEADROOM_ALLOW_PRIVATE_TRACKERS=true/)
  expect(requests).toBe(0)
})

test('without such an outlet the same address is reached', async () => {
  expect(await jira('localhost', {}).test()).toEqual({ accountName: 'Somebody inside' })
})

test('what was public when it was first looked up is judged again at each connection', async () => {
  const answers = ['8.8.8.8', '127.0.0.1']
  const allowed: string[] = []
  const rebinding = outletTo((address) => {
    // Stands for a name server that answers differently the second time: the guard sees every address anew.
    const answered = answers.shift() ?? address
    allowed.push(answered)
    return isPublic(answered)
  })
  const tracker = jira('127.0.0.1', { outlet: rebinding })
  await tracker.test()
  server.closeAllConnections()

  await expect(tracker.test()).rejects.toThrow(/private or loopback/)

  expect(allowed).toEqual(['8.8.8.8', '127.0.0.1'])
  expect(requests).toBe(1)
})
