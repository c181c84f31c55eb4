import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, createdAt, day, startApi, storeTickets } from './api-under-test.ts'

let api: ApiUnderTest
let connectionId: string

beforeAll(async () => {
  api = await startApi()
  connectionId = await aConnection(api)
  await storeTickets(
    api,
    connectionId,
    // Many share their time of creation, so that ties are walked over too.
    Array.from({ length: 60 }, (_, i) =>
      aTicket(String(i), {
        createdAt: createdAt + Math.floor(i / 7) * day,
        title: i % 10 === 0 ? `Checkout 100% of carts ${i}` : `Ticket ${i}`,
        status:
          i % 2 === 0
            ? { id: '3', name: 'Doing', category: 'in-progress' }
            : { id: '1', name: 'To Do', category: 'todo' },
      }),
    ),
  )
})
afterAll(() => api?.close())

async function walk(query: string, start = ''): Promise<string[]> {
  const keys: string[] = []
  for (let cursor: string | null = start; cursor !== null; ) {
    const answer = await api.call('GET', `/v1/tickets?${query}${cursor ? `&cursor=${cursor}` : ''}`)
    expect(answer.statusCode).toBe(200)
    const page = answer.json<{ data: { key: string }[]; nextCursor: string | null }>()
    keys.push(...page.data.map((t) => t.key))
    cursor = page.nextCursor
  }
  return keys
}

test('a walk over pages of any size meets every ticket once, in one order', async () => {
  const whole = await walk('limit=200')
  expect(new Set(whole).size).toBe(60)

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (limit) => {
      expect(await walk(`limit=${limit}`)).toEqual(whole)
    }),
    { numRuns: 8 },
  )
})

test('tickets that come or change during a walk neither hide nor repeat others', async () => {
  const before = await walk('limit=200')
  const first = (await api.call('GET', '/v1/tickets?limit=20')).json<{ data: { key: string }[]; nextCursor: string }>()
  await storeTickets(api, connectionId, [
    aTicket('59', { createdAt: createdAt + 8 * day, updatedAt: createdAt + 50 * day, title: 'Changed' }),
    aTicket('new', { createdAt: createdAt + 70 * day }),
  ])

  const rest = await walk('limit=20', first.nextCursor)

  expect([...first.data.map((t) => t.key), ...rest]).toEqual(before)
})

test('a cursor of another list, or a made-up one, is refused by name', async () => {
  const { nextCursor } = (await api.call('GET', '/v1/tickets?limit=1')).json<{ nextCursor: string }>()

  for (const cursor of [`${nextCursor}&project=WEB`, 'made-up', 'bnVsbA'])
    expect((await api.call('GET', `/v1/tickets?cursor=${cursor}`)).json()).toMatchObject({
      status: 400,
      code: 'invalid-cursor',
      errors: [{ field: 'cursor' }],
    })
})

test('filters keep what they name', async () => {
  expect(await walk('statusCategory=in-progress')).toHaveLength(30)
  expect(await walk('project=web&statusCategory=todo')).toHaveLength(31)
  expect(await walk('project=OTHER')).toEqual([])
  expect(await walk(`q=${encodeURIComponent('100% of')}`)).toHaveLength(6)
  expect(await walk('q=web-59')).toEqual(['WEB-59'])
  expect(await walk(`updatedSince=${new Date(createdAt + 40 * day).toISOString()}`)).toEqual(['WEB-59'])
  expect(await walk('category=unclassified&limit=200')).toHaveLength(61)
  expect(await walk('category=strategic')).toEqual([])
  expect(await walk(`connection=Jira&limit=200`)).toHaveLength(61)
})

test('a filter that names nothing that exists is a 404, an unknown one a 400', async () => {
  expect((await api.call('GET', '/v1/tickets?team=nobody')).statusCode).toBe(404)
  expect((await api.call('GET', '/v1/tickets?connection=nobody')).statusCode).toBe(404)
  expect((await api.call('GET', '/v1/tickets?colour=red')).json()).toMatchObject({
    status: 400,
    errors: [{ field: 'colour', message: 'is not a known field' }],
  })
})

test('a ticket is found by its id, its key and its old keys, in any case', async () => {
  await storeTickets(api, connectionId, [aTicket('moved', { key: 'PAY-1', previousKeys: ['WEB-900', 'OLD-3'] })])
  const { id } = (await api.call('GET', '/v1/tickets/PAY-1')).json<{ id: string }>()

  for (const name of [id, 'pay-1', 'WEB-900', 'old-3']) {
    const answer = (await api.call('GET', `/v1/tickets/${name}`)).json()
    expect(answer).toMatchObject({ id, key: 'PAY-1', previousKeys: ['OLD-3', 'WEB-900'], tracker: 'jira-cloud' })
  }
  expect((await api.call('GET', '/v1/tickets/NO-1')).json()).toMatchObject({ status: 404, code: 'not-found' })
})

test('a key that two connections have means the live ticket, then the newest', async () => {
  const other = await aConnection(api, 'Other site')
  await storeTickets(api, other, [aTicket('x', { key: 'DUP-1', createdAt: createdAt + day, trashed: true })])
  await storeTickets(api, connectionId, [aTicket('y', { key: 'DUP-1', title: 'live' })])

  expect((await api.call('GET', '/v1/tickets/DUP-1')).json()).toMatchObject({ title: 'live', deletedAt: null })
})

test('a ticket without a decision is unclassified, with probabilities that sum to 1', async () => {
  const ticket = (await api.call('GET', '/v1/tickets/WEB-1')).json()

  expect(ticket).toMatchObject({
    assigned: false,
    effortDays: 0,
    project: { key: 'WEB', name: 'Web shop' },
    team: null,
  })
  expect(ticket.classification).toMatchObject({ category: 'unclassified', workType: null, decidedBy: 'none' })
  const { feature, strategic, sustaining } = ticket.classification.probabilities
  expect(feature + strategic + sustaining).toBeCloseTo(1, 12)
})

test('the history begins at the creation and its last interval is open', async () => {
  const at = (days: number) => createdAt + days * day
  const change = { fromName: null, toName: null, authorAccountId: 'ann' }
  const ticket = (id: string) =>
    aTicket(id, {
      status: { id: '3', name: 'Doing', category: 'in-progress' },
      assigneeAccountId: 'ann',
      transitions: [
        { ...change, id: '1', at: at(1), field: 'assignee', from: null, to: 'bob', toName: 'Bob B.' },
        {
          ...change,
          id: '2',
          at: at(2),
          field: 'status',
          from: '1',
          to: '3',
          fromName: 'To Do',
          toName: 'Doing',
          fromCategory: 'todo',
          toCategory: 'in-progress',
        },
        { ...change, id: '3', at: at(3), field: 'assignee', from: 'bob', to: 'ann', toName: 'Ann A.' },
      ],
    })
  await storeTickets(api, connectionId, [ticket('h1'), ticket('h2')])
  const reader = await api.keyWith('read')
  const historyOf = async (key: string, as = reader.key) =>
    (await api.call('GET', `/v1/tickets/${key}/history`, { key: as })).json()

  const [one, two, named] = [
    await historyOf('WEB-h1'),
    await historyOf('WEB-h2'),
    await historyOf('WEB-h1', api.admin.key),
  ]

  expect(one.statusIntervals).toEqual([
    { status: 'To Do', statusCategory: 'todo', from: new Date(at(0)).toISOString(), to: new Date(at(2)).toISOString() },
    { status: 'Doing', statusCategory: 'in-progress', from: new Date(at(2)).toISOString(), to: null },
  ])
  expect(one.assigneeIntervals.map((i: { from: string }) => i.from)).toEqual(
    [0, 1, 3].map((d) => new Date(at(d)).toISOString()),
  )
  const who = (history: typeof one) => history.assigneeIntervals.map((i: { assigneeId: string | null }) => i.assigneeId)
  const [none, bob, ann] = who(one)
  expect(none).toBeNull()
  expect(bob).not.toBe(ann)
  // Within one ticket a pseudonym holds: the author of the changes is the later assignee.
  expect(one.transitions.map((t: { authorId: string }) => t.authorId)).toEqual([ann, ann, ann])
  // Over two tickets it joins nothing.
  expect(who(two)).not.toContain(ann)
  expect(JSON.stringify(one)).not.toMatch(/ann|bob|Ann A\.|Bob B\./)
  const people = (await api.call('GET', '/v1/people')).json<{ data: { id: string; displayName: string }[] }>().data
  expect(people.find((p) => p.id === who(named).at(-1))?.displayName).toBe('Name of ann')
})
