import { defaultEffortSettings } from '@headroom/domain'
import { inTransaction, writeClaims, writeClassifications, writePersonDays, writeUnits } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, createdAt, day, startApi, storeTickets } from './api-under-test.ts'

const whole = defaultEffortSettings.unitsPerDay
const teamId = '00000000-0000-4000-8000-0000000000aa'
let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  const connectionId = await aConnection(api)
  await storeTickets(
    api,
    connectionId,
    ['1', '2', '3'].map((id) => aTicket(id, { assigneeAccountId: 'ann' })),
  )
  await api.call('PUT', `/v1/teams/${teamId}`, {
    body: { name: 'Web & Co', sources: [{ connectionId, project: 'WEB' }] },
  })
  await measured()
})
afterAll(() => api?.close())

/** What the later stages would have written: three days of one person, a fifth of them strategic. */
async function measured(): Promise<void> {
  const { data } = (await api.call('GET', '/v1/tickets')).json<{ data: { id: string; key: string }[] }>()
  const idOf = (key: string) => data.find((t) => t.key === key)?.id ?? ''
  const [person] = (await api.call('GET', '/v1/people')).json().data
  const rows = [
    { day: '2026-07-01', ticketId: idOf('WEB-1'), units: whole },
    { day: '2026-07-02', ticketId: idOf('WEB-1'), units: whole * 0.4 },
    { day: '2026-07-02', ticketId: idOf('WEB-2'), units: whole * 0.6 },
    { day: '2026-09-30', ticketId: idOf('WEB-3'), units: whole },
  ].map((row) => ({
    ...row,
    personId: person.id,
    groupId: row.ticketId,
    weight: 1,
    weightEqual: 1,
    weightPoints: 1,
    loggedSeconds: 0,
    unitsEqual: row.units,
    unitsPoints: row.units,
  }))
  await inTransaction(api.store, async (tx) => {
    await writeClaims(tx, rows)
    await writeUnits(tx, rows)
    await writePersonDays(
      tx,
      ['2026-07-01', '2026-07-02', '2026-09-30'].map((day) => ({
        personId: person.id,
        day,
        teamId,
        capacityUnits: whole,
        trackedUnits: whole,
      })),
    )
    await writeClassifications(
      tx,
      ['WEB-1', 'WEB-2', 'WEB-3'].map((key) => ({
        ticketId: idOf(key),
        category: key === 'WEB-2' ? ('strategic' as const) : ('feature' as const),
        workType: key === 'WEB-2' ? ('debt' as const) : ('enhancement' as const),
        decidedBy: 'rule',
        confidence: 1,
        probabilities: { feature: key === 'WEB-2' ? 0 : 1, strategic: key === 'WEB-2' ? 1 : 0, sustaining: 0 },
        workTypeProbabilities: {},
        evidence: [],
        candidates: [],
        modelVersion: 'm',
        ruleSetVersion: 1,
      })),
    )
  })
}

const get = async (url: string) => (await api.call('GET', url)).json()

test('the split is of the last complete quarter by default, its last day included', async () => {
  const { data, nextCursor } = await get('/v1/split')

  expect(nextCursor).toBeNull()
  expect(data).toHaveLength(1)
  expect(data[0]).toMatchObject({
    period: { from: '2026-07-01', to: '2026-09-30', label: '2026-07-01/2026-09-30' },
    group: null,
    target: 0.2,
    coverage: { capacityDays: 3, trackedDays: 3, share: 1 },
  })
  // One day and 0.4 and one day went into features, 0.6 into debt.
  expect(data[0].effortDays.feature).toBeCloseTo(2.4, 9)
  expect(data[0].effortDays.strategic).toBeCloseTo(0.6, 9)
  expect(data[0].strategicShare.value).toBeCloseTo(0.2, 9)
  expect(data[0].strategicShare.bounds).toHaveLength(2)
})

test('rows are paged without loss, and a window ends with the day it names', async () => {
  const all = (await get('/v1/split?grain=day&from=2026-07-01&to=2026-07-02')).data
  expect(all.map((row: { period: { label: string } }) => row.period.label)).toEqual(['2026-07-01', '2026-07-02'])

  const paged = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { data: object[]; nextCursor: string | null } = await get(
      `/v1/split?grain=week&from=2026-07-01&to=2026-09-30&limit=3${cursor && `&cursor=${cursor}`}`,
    )
    paged.push(...page.data)
    cursor = page.nextCursor
  }
  expect(paged).toEqual((await get('/v1/split?grain=week&from=2026-07-01&to=2026-09-30')).data)
})

test('groups carry their names, and one team can be asked for by name', async () => {
  expect((await get('/v1/split?by=team')).data).toMatchObject([
    { group: { kind: 'team', id: teamId, name: 'Web & Co' }, coverage: { trackedDays: 3 } },
  ])
  expect((await get('/v1/split?by=connection')).data).toMatchObject([{ group: { kind: 'connection', name: 'Jira' } }])
  expect((await get(`/v1/split?team=${encodeURIComponent('Web & Co')}`)).data).toMatchObject([
    { coverage: { trackedDays: 3 } },
  ])
  expect(await get('/v1/split?team=nobody')).toMatchObject({ status: 404 })
})

test('the tickets behind a row add up to it, largest first', async () => {
  const first = await get('/v1/split/explain?limit=2')
  const rest = await get(`/v1/split/explain?limit=2&cursor=${first.nextCursor}`)
  const tickets = [...first.data, ...rest.data]

  expect(tickets.map((t: { key: string }) => t.key)).toEqual(['WEB-1', 'WEB-3', 'WEB-2'])
  expect(tickets.reduce((sum: number, t: { days: number }) => sum + t.days, 0)).toBeCloseTo(3, 9)
  expect(tickets[2]).toMatchObject({ category: 'strategic', workType: 'debt', decidedBy: 'rule' })
  expect((await get(`/v1/split/explain?by=team&group=${teamId}`)).data).toHaveLength(3)
  expect((await get('/v1/split/explain?by=team&group=other')).data).toHaveLength(0)
})

test('what is wrong with the data is told with its tickets and how far it could move the share', async () => {
  const connectionId = (await get('/v1/connections')).data[0].id
  const done = { id: '3', name: 'Done', category: 'done' } as const
  const at = createdAt + 5 * day
  await storeTickets(api, connectionId, [
    aTicket('4', {
      status: done,
      updatedAt: at,
      transitions: [
        {
          id: '1',
          at,
          field: 'status',
          from: '1',
          to: '3',
          fromName: 'To Do',
          toName: 'Done',
          fromCategory: 'todo',
          toCategory: 'done',
          authorAccountId: 'ann',
        },
      ],
    }),
  ])
  const { data } = await get('/v1/data-quality')
  expect(data).toMatchObject([
    { finding: 'straight-to-done', count: 1, movesShare: null, basis: 'effort', tickets: [{ key: 'WEB-4' }] },
  ])
  expect((await get(`/v1/data-quality?team=${encodeURIComponent('Web & Co')}`)).data).toEqual(data)
  expect((await get('/v1/data-quality?from=2026-08-01&to=2026-08-31')).data).toEqual([])
})

test('a ticket’s effort is summed over its days and not rounded', async () => {
  expect(await get('/v1/tickets/WEB-1/effort')).toEqual({
    totalDays: 1.4,
    days: [
      { date: '2026-07-01', days: 1 },
      { date: '2026-07-02', days: 0.4 },
    ],
  })
  expect(await get('/v1/tickets/WEB-1')).toMatchObject({ effortDays: 1.4 })
})

test('the report comes as JSON, text, page and CSV, and each reading is in the audit log', async () => {
  const json = await get('/v1/reports/leadership.json?period=2026-Q3')
  expect(json).toMatchObject({ period: { label: '2026-Q3' }, team: null, method: { modelVersion: 'test-model' } })
  expect(json.total.strategicShare.value).toBeCloseTo(0.2, 9)
  expect(await get('/v1/reports/leadership')).toEqual(json)

  const text = await api.call('GET', '/v1/reports/leadership', { headers: { accept: 'text/plain' } })
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(text.body).toContain('2026-Q3')
  const page = await api.call('GET', '/v1/reports/leadership.html')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.body).toMatch(/^<!doctype html>/)
  expect(page.body).not.toContain('Web & Co')
  const csv = await api.call('GET', '/v1/reports/leadership.csv?team=Web%20%26%20Co')
  expect(csv.headers['content-disposition']).toContain('headroom-2026-Q3.csv')

  const { rows } = await api.store.pool.query(`SELECT target FROM audit_log WHERE action = 'report.read' ORDER BY at`)
  expect(rows.map((r) => r.target)).toEqual(['all', 'all', 'all', 'all', teamId])
})

test('a published report stays as it was when the facts change', async () => {
  const answer = await api.call('POST', '/v1/reports', { body: { period: '2026-Q3', team: teamId } })
  expect(answer.statusCode).toBe(201)
  const published = answer.json()

  await api.store.pool.query('UPDATE classifications SET p_strategic = 1, p_feature = 0')

  expect((await get('/v1/split')).data[0].strategicShare.value).toBeCloseTo(1, 9)
  const { restatement, ...frozen } = await get(`/v1/reports/${published.id}`)
  expect(frozen).toEqual(published)
  expect(published.report.total.strategicShare.value).toBeCloseTo(0.2, 9)
  expect(restatement).toMatchObject({ asKnownThen: frozen.report.total.strategicShare.value, parts: { effort: 0 } })
  expect(restatement.asKnownNow).toBeCloseTo(1, 9)
  // They were decided by a rule, and still are.
  expect(restatement.parts.rules).toBeCloseTo(0.8, 9)
  expect((await get('/v1/reports')).data).toEqual([published])
})

test('the bridge from another period adds up', async () => {
  const { bridge, data } = await get('/v1/split/explain?from=2026-09-01&to=2026-09-30&since=2026-07')
  expect(data).toHaveLength(1)
  const { before, after, ...parts } = bridge
  expect(Object.values<number>(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(after - before, 9)
  expect((await get('/v1/split/explain')).bridge).toBeNull()
  expect(await get('/v1/split/explain?since=then')).toMatchObject({ status: 400, errors: [{ field: 'since' }] })
})
