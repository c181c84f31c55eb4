import { defaultEffortSettings, epochDay, localDate } from '@headroom/domain'
import { readBridge } from '@headroom/measures'
import { inTransaction, writeClaims, writeClassifications, writePersonDays, writeUnits } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

const whole = defaultEffortSettings.unitsPerDay
const [fallen, steady] = ['00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000bb']
const firstMonday = '2026-01-05'
const weeks = 40
const fallsInWeek = 26
const accounts = ['ann', 'ben', 'cem', 'dan', 'eva', 'fay', 'gus', 'hal', 'ida', 'jan', 'kim', 'lea']
let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  const connectionId = await aConnection(api)
  await storeTickets(
    api,
    connectionId,
    accounts.map((account, i) => aTicket(String(i + 1), { assigneeAccountId: account })),
  )
  for (const [id, name] of [
    [fallen, 'Fallen'],
    [steady, 'Steady'],
  ] as const)
    await api.call('PUT', `/v1/teams/${id}`, {
      body: { name, sources: [{ connectionId, project: name.toUpperCase() }] },
    })
  await measured()
})
afterAll(() => api?.close())

/** What the later stages would have written: six people a team, one day in four strategic until one team has none any more. */
async function measured(): Promise<void> {
  const { data } = (await api.call('GET', '/v1/tickets')).json<{ data: { id: string; key: string }[] }>()
  const idOf = (key: string) => data.find((t) => t.key === key)?.id ?? ''
  const people: { id: string }[] = (await api.call('GET', '/v1/people')).json().data
  const rows = people.flatMap(({ id: personId }, p) =>
    Array.from({ length: weeks * 4 }, (_, n) => {
      const week = Math.floor(n / 4)
      const day = localDate(epochDay(firstMonday) + 7 * week + (n % 4))
      const teamId = p < 6 ? fallen : steady
      const isStrategic = (n + p) % 4 === 0 && (teamId === steady || week < fallsInWeek)
      const ticketId = idOf(isStrategic ? 'WEB-1' : teamId === fallen ? 'WEB-2' : 'WEB-3')
      return { personId, day, teamId, ticketId }
    }),
  )
  const effort = rows.map(({ teamId: _, ...row }) => ({
    ...row,
    groupId: row.ticketId,
    units: whole,
    unitsEqual: whole,
    unitsPoints: whole,
    weight: 1,
    weightEqual: 1,
    weightPoints: 1,
    loggedSeconds: 0,
  }))
  await inTransaction(api.store, async (tx) => {
    await writeClaims(tx, effort)
    await writeUnits(tx, effort)
    await writePersonDays(
      tx,
      rows.map(({ personId, day, teamId }) => ({ personId, day, teamId, capacityUnits: whole, trackedUnits: whole })),
    )
    await writeClassifications(
      tx,
      ['WEB-1', 'WEB-2', 'WEB-3'].map((key) => ({
        ticketId: idOf(key),
        category: key === 'WEB-1' ? ('strategic' as const) : ('feature' as const),
        workType: key === 'WEB-1' ? ('debt' as const) : ('enhancement' as const),
        decidedBy: 'rule',
        confidence: 1,
        probabilities: { feature: key === 'WEB-1' ? 0 : 1, strategic: key === 'WEB-1' ? 1 : 0, sustaining: 0 },
        workTypeProbabilities: {},
        evidence: [],
        candidates: [],
        modelVersion: 'm',
        ruleSetVersion: 1,
      })),
    )
  })
}

test('drift says which team has fallen, since when, how far, and on which tickets', async () => {
  const { data, nextCursor } = (await api.call('GET', '/v1/drift')).json()

  expect(nextCursor).toBeNull()
  expect(data.map((one: { team: { name: string } | null }) => one.team?.name ?? null)).toEqual([
    null,
    'Fallen',
    'Steady',
  ])
  const [, drifting, onTarget] = data
  expect(drifting).toMatchObject({
    state: 'drifting',
    target: 0.2,
    since: localDate(epochDay(firstMonday) + 7 * fallsInWeek),
    sinceStart: false,
    evidence: { weeks },
  })
  expect(drifting.size.value).toBeCloseTo(-0.2, 9)
  expect(drifting.alarms).toHaveLength(1)
  expect(drifting.evidence.movers.map(({ key }: { key: string }) => key).sort()).toEqual(['WEB-1', 'WEB-2'])
  const total = drifting.evidence.movers.reduce((sum: number, { change }: { change: number }) => sum + change, 0)
  expect(total).toBeCloseTo(-0.25, 9)
  expect(onTarget).toMatchObject({ state: 'on-target', since: null, size: null, evidence: { movers: [] } })
})

test('drift of one team is that of the list, and a team that does not exist is 404', async () => {
  const all = (await api.call('GET', '/v1/drift')).json().data
  const one = (await api.call('GET', '/v1/drift?team=Fallen')).json().data

  expect(one).toEqual([all[1]])
  expect((await api.call('GET', '/v1/drift?team=Nobody')).statusCode).toBe(404)
})

test('a bridge over the fall says that work changed, and its parts add up', async () => {
  const found = await readBridge(api.store.db, {
    earlier: { from: '2026-04-01', to: '2026-06-30' },
    later: { from: '2026-07-06', to: '2026-09-30' },
    teamId: fallen,
  })

  expect(found?.before).toBeGreaterThan(0.2)
  expect(found?.after).toBe(0)
  if (!found) throw new Error('Both periods have effort.')
  expect(found.realChange + found.relabelling + found.rules + found.coverage + found.people).toBeCloseTo(
    found.after - found.before,
    9,
  )
  expect(found.realChange).toBeLessThan(-0.2)
})

test('a bridge knows what people relabelled since', async () => {
  const { data } = (await api.call('GET', '/v1/tickets')).json<{ data: { id: string; key: string }[] }>()
  const feature = data.find((t) => t.key === 'WEB-3')?.id
  const put = await api.call('PUT', `/v1/tickets/${feature}/classification`, { body: { workType: 'architecture' } })
  expect(put.statusCode).toBeLessThan(300)
  // What the classifier then writes.
  await inTransaction(api.store, (tx) =>
    writeClassifications(tx, [
      {
        ticketId: feature ?? '',
        category: 'strategic',
        workType: 'architecture',
        decidedBy: 'override',
        confidence: 1,
        probabilities: { feature: 0, strategic: 1, sustaining: 0 },
        workTypeProbabilities: {},
        evidence: [],
        candidates: [],
        modelVersion: 'm',
        ruleSetVersion: 1,
      },
    ]),
  )

  const quarters = {
    earlier: { from: '2026-04-01', to: '2026-06-30' },
    later: { from: '2026-07-06', to: '2026-09-30' },
  }
  const found = await readBridge(api.store.db, { ...quarters, teamId: steady })

  if (!found) throw new Error('Both periods have effort.')
  expect(found.before).toBeCloseTo(0.25, 2)
  expect(found.after).toBe(1)
  expect(found.relabelling).toBeCloseTo(0.75, 2)
  expect(found.realChange).toBeCloseTo(0, 9)
})
