import { defaultEffortSettings } from '@headroom/domain'
import { inTransaction, writeClaims, writeClassifications, writePersonDays, writeUnits } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

const whole = defaultEffortSettings.unitsPerDay
const teamId = '00000000-0000-4000-8000-0000000000aa'
let api: ApiUnderTest

/** Days of work, strategic probability and who decided, by ticket. */
const tickets = [
  { key: 'WEB-1', days: 1, strategic: 0.5, decidedBy: 'model' },
  { key: 'WEB-2', days: 4, strategic: 0.4, decidedBy: 'model' },
  { key: 'WEB-3', days: 8, strategic: 0.001, decidedBy: 'model' },
  { key: 'WEB-4', days: 6, strategic: 0.4, decidedBy: 'rule' },
  { key: 'WEB-5', days: 2, strategic: 0.4, decidedBy: 'none' },
]

beforeAll(async () => {
  api = await startApi()
  const connectionId = await aConnection(api)
  await storeTickets(
    api,
    connectionId,
    tickets.map(({ key }) => aTicket(key.slice(4), { assigneeAccountId: 'ann', description: `What ${key} is about` })),
  )
  await api.call('PUT', `/v1/teams/${teamId}`, {
    body: { name: 'Web', sources: [{ connectionId, project: 'WEB' }] },
  })
  await measured()
})
afterAll(() => api?.close())

async function measured(): Promise<void> {
  const { data } = (await api.call('GET', '/v1/tickets')).json<{ data: { id: string; key: string }[] }>()
  const idOf = (key: string) => data.find((ticket) => ticket.key === key)?.id ?? ''
  const [person] = (await api.call('GET', '/v1/people')).json().data
  const days = tickets.flatMap(({ key, days: count }) => Array.from({ length: count }, () => key))
  const rows = days.map((key, i) => ({
    day: `2026-08-${String(i + 1).padStart(2, '0')}`,
    ticketId: idOf(key),
    units: whole,
    personId: person.id,
    groupId: idOf(key),
    weight: 1,
    weightEqual: 1,
    weightPoints: 1,
    loggedSeconds: 0,
    unitsEqual: whole,
    unitsPoints: whole,
  }))
  await inTransaction(api.store, async (tx) => {
    await writeClaims(tx, rows)
    await writeUnits(tx, rows)
    await writePersonDays(
      tx,
      rows.map(({ day }) => ({ personId: person.id, day, teamId, capacityUnits: whole, trackedUnits: whole })),
    )
    await writeClassifications(
      tx,
      tickets.map(({ key, strategic, decidedBy }) => ({
        ticketId: idOf(key),
        category: decidedBy === 'none' ? ('unclassified' as const) : ('sustaining' as const),
        workType: decidedBy === 'none' ? null : ('operations' as const),
        decidedBy,
        confidence: 1 - strategic,
        probabilities: { feature: 0, strategic, sustaining: 1 - strategic },
        workTypeProbabilities: { debt: strategic, operations: 1 - strategic },
        evidence: [{ text: 'bump', weight: 1 }],
        candidates: [],
        modelVersion: 'm',
        ruleSetVersion: 0,
      })),
    )
  })
}

const keysOf = async (url: string) =>
  (await api.call('GET', url)).json().data.map((item: { ticket: { key: string } }) => item.ticket.key)

test('what would move the split most comes first: what a machine or nobody decided, by effort and doubt', async () => {
  expect(await keysOf('/v1/review')).toEqual(['WEB-2', 'WEB-5', 'WEB-1', 'WEB-3'])
  expect(await keysOf('/v1/review?team=Web&period=2026-08')).toEqual(['WEB-2', 'WEB-5', 'WEB-1', 'WEB-3'])
  expect(await keysOf('/v1/review?period=2026-Q2')).toEqual([])
})

test('an item has all that a minute needs: the ticket, the codebook’s question, answers by key, where to send them', async () => {
  const [first] = (await api.call('GET', '/v1/review?limit=1')).json().data

  expect(first).toMatchObject({
    ticket: { key: 'WEB-2', description: 'What WEB-2 is about' },
    decision: { decidedBy: 'model', workType: 'operations' },
    evidence: [{ text: 'bump' }],
  })
  expect(first.days).toBeCloseTo(4)
  expect(first.shareAtStake).toBeCloseTo((4 / 21) * Math.sqrt(0.4 * 0.6))
  expect(first.question).toContain('one routine bump')
  expect(first.choices.slice(0, 2)).toMatchObject([
    { key: '1', workType: 'operations', category: 'sustaining' },
    { key: '2', workType: 'debt', category: 'strategic' },
  ])
})

test('a walk by next skips; an answer takes the ticket out at once; a drawn ticket is left to its blind readers', async () => {
  const [first] = (await api.call('GET', '/v1/review?team=Web&limit=1')).json().data
  expect(await keysOf(first.links.next)).toEqual(['WEB-5'])

  const answer = await api.call('PUT', first.links.answer, { body: { workType: first.choices[1].workType } })

  expect(answer.statusCode).toBe(200)
  expect(await keysOf('/v1/review')).toEqual(['WEB-5', 'WEB-1', 'WEB-3'])
  expect(await keysOf(first.links.next)).toEqual(['WEB-5'])
  await api.call('POST', '/v1/audits', { body: { size: 200 } })
  expect(await keysOf('/v1/review')).toEqual([])
})
