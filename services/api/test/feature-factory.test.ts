import { defaultEffortSettings, type TrackerTicket } from '@headroom/domain'
import {
  inTransaction,
  readFactoryFacts,
  ticketId,
  writeClaims,
  writeClassifications,
  writePersonDays,
  writeSprints,
  writeUnits,
} from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, createdAt, day, startApi, storeTickets } from './api-under-test.ts'

const whole = defaultEffortSettings.unitsPerDay
const teamId = '00000000-0000-4000-8000-0000000000aa'
const statuses = {
  todo: { id: '1', name: 'To Do', category: 'todo' },
  doing: { id: '2', name: 'Doing', category: 'in-progress' },
  done: { id: '3', name: 'Done', category: 'done' },
  canceled: { id: '4', name: 'Canceled', category: 'canceled' },
} as const

const sprint = {
  id: 's1',
  name: 'Sprint 1',
  state: 'closed',
  startsAt: createdAt + day,
  endsAt: createdAt + 14 * day,
  completedAt: null,
} as const

let api: ApiUnderTest
let connectionId: string
beforeAll(async () => {
  api = await startApi()
  connectionId = await aConnection(api)
  await storeTickets(api, connectionId, tickets)
  await api.call('PUT', `/v1/teams/${teamId}`, { body: { name: 'Web', sources: [{ connectionId, project: 'WEB' }] } })
  await measured()
})
afterAll(() => api?.close())

/** A ticket that went through these statuses, at so many days from 1 July. */
function through(id: string, moves: readonly [number, keyof typeof statuses][], over: Partial<TrackerTicket> = {}) {
  const path = moves.map(([after, to], i) => {
    const from = statuses[moves[i - 1]?.[1] ?? 'todo']
    return {
      id: `${i}:0`,
      at: createdAt + after * day,
      field: 'status' as const,
      from: from.id,
      to: statuses[to].id,
      fromName: from.name,
      toName: statuses[to].name,
      fromCategory: from.category,
      toCategory: statuses[to].category,
      authorAccountId: 'ann',
    }
  })
  const last = moves.at(-1)?.[1] ?? 'todo'
  return aTicket(id, { status: statuses[last], transitions: path, assigneeAccountId: 'ann', ...over })
}

const longAgo = createdAt - 200 * day
const tickets: readonly TrackerTicket[] = [
  through(
    '1',
    [
      [1, 'doing'],
      [3, 'todo'],
      [5, 'doing'],
      [8, 'done'],
    ],
    {
      description: 'We believe that this raises retention. '.repeat(8),
      reporterAccountId: 'ann',
      sprints: [sprint],
    },
  ),
  through('2', [[2, 'doing']], {
    description: 'Soon please',
    reporterAccountId: 'pam',
    labels: ['customer-acme'],
    sprints: [sprint],
  }),
  through('3', [
    [2, 'doing'],
    [9, 'canceled'],
  ]),
  through('4', [[40, 'doing']], { reporterAccountId: 'ann', createdAt: createdAt - 10 * day }),
  through(
    '5',
    [
      [-130, 'doing'],
      [-50, 'done'],
    ],
    { createdAt: longAgo, components: ['cart'] },
  ),
  through(
    '6',
    [
      [-130, 'doing'],
      [-50, 'done'],
    ],
    { createdAt: longAgo, components: ['search'] },
  ),
  aTicket('7', { components: ['cart'], createdAt, priority: 'Highest' }),
]

async function measured(): Promise<void> {
  const idOf = (no: string) => ticketId(connectionId, no)
  const { data } = (await api.call('GET', '/v1/people')).json<{ data: { id: string; displayName: string }[] }>()
  const ann = data.find((p) => p.displayName === 'Name of ann')?.id ?? ''
  const rows = ['1', '2', '4'].map((no, i) => ({
    personId: ann,
    day: `2026-08-0${i + 3}`,
    ticketId: idOf(no),
    groupId: idOf(no),
    weight: 1,
    weightEqual: 1,
    weightPoints: 1,
    loggedSeconds: 0,
    units: whole,
    unitsEqual: whole,
    unitsPoints: whole,
  }))
  await inTransaction(api.store, async (tx) => {
    await writeClaims(tx, rows)
    await writeUnits(tx, rows)
    await writePersonDays(
      tx,
      rows.map((r) => ({ personId: ann, day: r.day, teamId, capacityUnits: whole, trackedUnits: whole })),
    )
    await writeSprints(tx, connectionId, [sprint])
    await writeClassifications(
      tx,
      tickets.map(({ externalId }) => ({
        ticketId: idOf(externalId),
        category: externalId === '4' ? ('strategic' as const) : ('feature' as const),
        workType: externalId === '4' ? ('discovery' as const) : ('enhancement' as const),
        decidedBy: 'rule' as const,
        confidence: 1,
        probabilities: { feature: 1, strategic: 0, sustaining: 0 },
        workTypeProbabilities: {},
        evidence: [],
        candidates: [],
        modelVersion: 'm',
        ruleSetVersion: 1,
      })),
    )
  })
}

test('the facts behind the signs are those of the tracker', async () => {
  const facts = await readFactoryFacts(api.store.db, { from: '2026-07-01', to: '2026-09-30', teamId })
  const id = (no: string) => ticketId(connectionId, no)

  expect(facts.features.toSorted((a, b) => a.units - b.units || (a.ticketId === id('1') ? -1 : 1))).toEqual([
    // Raised by somebody who works on tickets, moved back once, with a hypothesis.
    {
      ticketId: id('1'),
      units: whole,
      finished: true,
      words: 48,
      hasOutcome: true,
      raisedByEngineers: true,
      handOffs: 1,
      forCustomer: false,
    },
    {
      ticketId: id('2'),
      units: whole,
      finished: false,
      words: 2,
      hasOutcome: false,
      raisedByEngineers: null,
      handOffs: 0,
      forCustomer: true,
    },
  ])
  expect(facts.scrapped).toEqual([id('3')])
  expect(facts.strategic).toEqual([{ ticketId: id('4'), units: whole, raisedByEngineers: true, isDiscovery: true }])
  expect(facts.waits).toEqual([{ ticketId: id('4'), started: true, days: 50 }])
  // Somebody came back to the cart with a later feature, to the search nobody did.
  expect(new Map(facts.released.map((r) => [r.ticketId, r.revisited]))).toEqual(
    new Map([
      [id('5'), true],
      [id('6'), false],
    ]),
  )
  expect(facts.ticketsPerDay).toEqual([3])
  expect(facts.open).toEqual({ topPriorities: 1, all: 1 })
  expect(facts.sprints).toEqual([{ planned: 2, finished: 1 }])
  expect(facts.people).toBe(1)
})

test('every sign is told with its definition, its thresholds, and what is missing where it can not be said', async () => {
  const { data } = (await api.call('GET', '/v1/feature-factory?team=Web')).json()
  expect(data).toHaveLength(16)
  for (const sign of data) {
    expect(sign).toMatchObject({ definition: expect.any(String), trend: [null, null, null] })
    expect(sign.value === null).toBe(sign.why !== null)
  }
  expect((await api.call('GET', '/v1/feature-factory?team=nobody')).statusCode).toBe(404)
})
