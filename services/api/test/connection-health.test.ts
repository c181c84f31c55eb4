import { randomUUID } from 'node:crypto'
import { insertConnection, updateConnection } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())

const minute = 60_000

test('a connection that has stopped advancing is shown as stale by itself, one that was refused never is', async () => {
  const now = api.deps.now().getTime()
  const connect = async (name: string, changes: Parameters<typeof updateConnection>[2]) => {
    const id = randomUUID()
    await insertConnection(api.store.db, {
      id,
      kind: 'linear',
      name,
      baseUrl: 'https://api.linear.app/graphql',
      scope: {},
      sealedCredentials: '',
    })
    await api.store.pool.query(`UPDATE connections SET created_at = $2 WHERE id = $1`, [
      id,
      new Date(now - 99 * minute),
    ])
    await updateConnection(api.store.db, id, changes)
    return (await api.call('GET', `/v1/connections/${id}`)).json()
  }

  const fresh = await connect('fresh', { state: 'ok', lastSyncedAt: new Date(now - 14 * minute) })
  const stale = await connect('stale', { state: 'ok', lastSyncedAt: new Date(now - 16 * minute) })
  const refused = await connect('refused', { state: 'unauthorized', problem: 'Make a new token.', lastSyncedAt: null })

  expect(fresh).toMatchObject({ state: 'ok', problem: null })
  expect(stale).toMatchObject({ state: 'stale', problem: expect.stringMatching(/^Nothing was read for 16 minutes/) })
  expect(refused).toMatchObject({ state: 'unauthorized', problem: 'Make a new token.' })
  const { data } = (await api.call('GET', '/v1/connections')).json()
  expect(new Set(data)).toEqual(new Set([fresh, stale, refused]))
})

test('a run that goes on says its speed and the time left', async () => {
  const { rows } = await api.store.pool.query(`SELECT id FROM connections LIMIT 1`)
  const id = randomUUID()
  const startedAt = new Date(api.deps.now().getTime() - minute)
  await api.store.pool.query(
    `INSERT INTO runs (id, connection_id, mode, status, seen, expected, started_at) VALUES ($1, $2, 'full', 'running', 600, 1800, $3)`,
    [id, rows[0].id, startedAt],
  )

  const run = (await api.call('GET', `/v1/runs/${id}`)).json()

  expect(run).toMatchObject({ ticketsPerSecond: 10, secondsLeft: 120, expected: 1800, counts: { seen: 600 } })
})
