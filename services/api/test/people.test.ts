import { inTransaction, stageBacklog, writeAccounts } from '@headroom/store'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

interface Person {
  readonly id: string
  readonly displayName: string
  readonly accounts: { connectionId: string; accountId: string }[]
  readonly mergeSuggestions: { personId: string; reason: string; score: number }[]
}

let api: ApiUnderTest
let jira: string
let other: string
beforeAll(async () => {
  api = await startApi()
  jira = await aConnection(api)
  other = await aConnection(api, 'Other')
  await storeTickets(api, jira, [
    aTicket('1', { assigneeAccountId: 'ann' }),
    aTicket('2', { assigneeAccountId: 'bob' }),
  ])
  await storeTickets(api, other, [aTicket('9', { assigneeAccountId: 'bob' })])
})
afterAll(() => api?.close())
beforeEach(() => api.store.pool.query('DELETE FROM stage_work'))

const listed = async (): Promise<Person[]> => (await api.call('GET', '/v1/people')).json().data
const named = async (name: string) => (await listed()).filter((p) => p.displayName === `Name of ${name}`)
const patch = async (id: string | undefined, body: object, key?: string) =>
  api.call('PATCH', `/v1/people/${id}`, { body, ...(key ? { key } : {}) })
const keysOf = (people: readonly Person[]) =>
  people.flatMap((p) => p.accounts.map(({ connectionId, accountId }) => ({ connectionId, accountId })))

test('a suggestion is confirmed and undone by the list of accounts, and both are in the audit log with what moved', async () => {
  const before = await named('bob')
  const [one, two] = before
  expect(one?.mergeSuggestions).toEqual([
    { personId: two?.id, displayName: 'Name of bob', reason: 'same-name', score: 0.7 },
  ])

  expect((await patch(one?.id, { accounts: keysOf(before) })).statusCode).toBe(200)
  const both = keysOf(before).sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1))
  expect(await named('bob')).toMatchObject([{ id: one?.id, accounts: both, mergeSuggestions: [] }])

  expect((await patch(one?.id, { accounts: one ? keysOf([one]) : [] })).statusCode).toBe(200)
  expect(await named('bob')).toEqual(before)
  const { rows } = await api.store.pool.query(
    `SELECT actor, target, detail FROM audit_log WHERE action = 'person.change' ORDER BY at DESC LIMIT 2`,
  )
  const moved = keysOf(two ? [two] : [])[0]
  expect(rows).toEqual([
    {
      actor: api.admin.id,
      target: one?.id,
      detail: { fields: ['accounts'], moves: [{ ...moved, from: one?.id, to: two?.id }] },
    },
    {
      actor: api.admin.id,
      target: one?.id,
      detail: { fields: ['accounts'], moves: [{ ...moved, from: two?.id, to: one?.id }] },
    },
  ])
})

test('a list of others’ accounts alone adds them', async () => {
  const [one, two] = await named('bob')

  await patch(one?.id, { accounts: keysOf(two ? [two] : []) })

  expect(await named('bob')).toMatchObject([{ id: one?.id, accounts: [{ accountId: 'bob' }, { accountId: 'bob' }] }])
  await patch(one?.id, { accounts: one ? keysOf([one]) : [] })
})

test('accounts that nobody has, and a person without the account it is made of, are refused in one line', async () => {
  const [ann] = await named('ann')
  const [bob] = await named('bob')
  const accounts = keysOf(bob ? [bob] : [])

  expect((await patch(ann?.id, { accounts: [{ connectionId: jira, accountId: 'zoe' }] })).json()).toMatchObject({
    status: 400,
    errors: [{ field: 'accounts', message: expect.stringMatching(/"zoe".*GET \/v1\/people/) }],
  })
  await patch(ann?.id, { accounts })
  expect((await patch(ann?.id, { accounts })).json()).toMatchObject({
    status: 400,
    errors: [{ field: 'accounts', message: expect.stringMatching(/"ann".*leave it in/) }],
  })
  await patch(ann?.id, { accounts: keysOf(ann ? [ann] : []) })
})

test('a name changes no number, so nothing is measured again', async () => {
  const [ann] = await named('ann')

  await patch(ann?.id, { displayName: 'Ann' })
  expect((await stageBacklog(api.store.db)).measure).toBe(0)

  await patch(ann?.id, { displayName: 'Name of ann' })
})

test('whoever becomes a bot, or stops being one, has the tickets measured again that they touched in any way', async () => {
  await inTransaction(api.store, (tx) =>
    writeAccounts(tx, jira, [
      { accountId: 'ci', displayName: 'CI', email: null, kind: 'human', active: true, timeZone: null },
    ]),
  )
  const activity = { id: 'c', at: Date.UTC(2026, 6, 2), kind: 'comment', authorAccountId: 'ci' } as const
  await storeTickets(api, jira, [aTicket('3', { activities: [activity] })])
  await api.store.pool.query('DELETE FROM stage_work')
  const ci = (await listed()).find((p) => p.displayName === 'CI')
  const waiting = async () => {
    const { rows } = await api.store.pool.query(
      `DELETE FROM stage_work w USING tickets t WHERE t.id = w.ticket_id AND w.stage = 'measure' RETURNING t.key`,
    )
    return rows.map((r) => r.key)
  }

  await patch(ci?.id, { kind: 'bot' })
  expect(await waiting()).toEqual(['WEB-3'])
  await patch(ci?.id, { kind: 'bot' })
  expect(await waiting()).toEqual([])
  await patch(ci?.id, { kind: 'human' })
  expect(await waiting()).toEqual(['WEB-3'])
})

test('people are neither read nor changed without the scope for it, and nothing about them says what they did', async () => {
  const [ann] = await named('ann')
  const reader = await api.keyWith('read')
  const admin = await api.keyWith('admin')
  for (const { key } of [reader, admin]) {
    expect((await api.call('GET', '/v1/people', { key })).statusCode).toBe(403)
    expect((await patch(ann?.id, { fte: 0.5 }, key)).statusCode).toBe(403)
  }

  expect(Object.keys(ann ?? {}).sort()).toEqual(
    'absences accounts calendarId displayName fte id kind mergeSuggestions timeZone'.split(' '),
  )
})
