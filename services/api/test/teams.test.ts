import { randomUUID } from 'node:crypto'
import { stageBacklog } from '@headroom/store'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

let api: ApiUnderTest
let connectionId: string
let people: { id: string; displayName: string }[]
beforeAll(async () => {
  api = await startApi()
  connectionId = await aConnection(api)
  await storeTickets(api, connectionId, [
    aTicket('1', { assigneeAccountId: 'ann' }),
    aTicket('2', { assigneeAccountId: 'bob', labels: ['payments'] }),
  ])
  people = (await api.call('GET', '/v1/people')).json().data
  const ids = (await api.store.pool.query<{ id: string }>('SELECT id FROM tickets ORDER BY key')).rows
  await api.store.pool.query(
    `INSERT INTO active_spans (ticket_id, person_id, "from", "to") VALUES ($1, $2, '2026-07-01', '2026-07-03')`,
    [ids[0]?.id, people.find((p) => p.displayName.endsWith('ann'))?.id],
  )
})
afterAll(() => api?.close())
beforeEach(() => api.store.pool.query('DELETE FROM stage_work'))

const toMeasure = async () => (await stageBacklog(api.store.db)).measure

test('a team is what was put, replaces what it was, owns its tickets, and has them measured anew', async () => {
  const id = randomUUID()
  const put = (body: object) => api.call('PUT', `/v1/teams/${id}`, { body })
  const member = { personId: people[0]?.id, from: '2026-01-01' }

  const created = await put({
    name: 'Payments',
    target: 0.3,
    sources: [{ connectionId, label: 'payments' }],
    members: [member],
  })
  expect(created.statusCode).toBe(201)
  expect(created.json()).toEqual({
    id,
    name: 'Payments',
    target: 0.3,
    origin: 'edited',
    sources: [{ connectionId, project: null, trackerTeam: null, label: 'payments' }],
    members: [{ ...member, to: null }],
  })
  expect(await toMeasure()).toBe(2)
  expect((await api.call('GET', '/v1/tickets?team=Payments')).json().data).toMatchObject([
    { key: 'WEB-2', team: { id, name: 'Payments' } },
  ])

  const replaced = await put({ name: 'Web', sources: [{ connectionId, project: 'WEB' }] })
  expect(replaced.statusCode).toBe(200)
  expect((await api.call('GET', `/v1/teams/${id}`)).json()).toEqual(replaced.json())
  expect((await api.call('GET', `/v1/tickets?team=${id}`)).json().data).toHaveLength(2)
  expect((await api.call('GET', '/v1/teams')).json()).toEqual({ data: [replaced.json()], nextCursor: null })
})

test('a team of unknown connections or people is a 400 that names them, and nothing is changed', async () => {
  const id = randomUUID()
  const body = {
    name: 'X',
    sources: [{ connectionId: randomUUID() }],
    members: [{ personId: randomUUID(), from: '2026-01-01' }],
  }

  expect((await api.call('PUT', `/v1/teams/${id}`, { body })).json()).toMatchObject({
    status: 400,
    errors: [{ field: 'sources.connectionId' }, { field: 'members.personId' }],
  })
  expect((await api.call('GET', `/v1/teams/${id}`)).statusCode).toBe(404)
})

test('a person’s working time is changed field by field, and their past measured anew', async () => {
  const ann = people.find((p) => p.displayName.endsWith('ann'))?.id
  const patch = async (body: object) => (await api.call('PATCH', `/v1/people/${ann}`, { body })).json()

  expect(await patch({ fte: 0.8, timeZone: 'Europe/Berlin' })).toMatchObject({
    fte: 0.8,
    timeZone: 'Europe/Berlin',
    kind: 'human',
  })
  expect(await toMeasure()).toBe(1)
  expect(await patch({ absences: [{ from: '2026-08-01', to: '2026-08-14' }] })).toMatchObject({
    fte: 0.8,
    absences: [{ from: '2026-08-01', to: '2026-08-14', fraction: 1 }],
  })
  expect(await patch({ timeZone: null, absences: [] })).toMatchObject({ timeZone: null, absences: [] })
  expect(await patch({ calendarId: 'none' })).toMatchObject({ errors: [{ field: 'calendarId' }] })
  expect(await patch({ timeZone: 'Mars/Base' })).toMatchObject({ errors: [{ field: 'timeZone' }] })
  expect(await patch({ absences: [{ from: '2026-08-02', to: '2026-08-01' }] })).toMatchObject({
    errors: [{ field: 'absences' }],
  })
  expect((await api.call('PATCH', `/v1/people/${randomUUID()}`, { body: { fte: 1 } })).statusCode).toBe(404)
})

test('a calendar is created, replaced and checked', async () => {
  const put = (id: string, body: object) => api.call('PUT', `/v1/calendars/${id}`, { body })
  const berlin = { name: 'Berlin', timeZone: 'Europe/Berlin', holidays: 'DE-BE' }

  const created = await put('berlin', berlin)
  expect(created.statusCode).toBe(201)
  expect(created.json()).toEqual({ id: 'berlin', ...berlin, weekdays: [1, 2, 3, 4, 5], hours: ['09:00', '17:00'] })
  expect((await put('berlin', { ...berlin, holidays: ['2026-12-25'] })).statusCode).toBe(200)
  expect((await api.call('GET', '/v1/calendars')).json().data).toMatchObject([
    { id: 'berlin', holidays: ['2026-12-25'] },
    { id: 'default', holidays: [] },
  ])
  // Everybody without a calendar of their own works by the default one.
  await api.store.pool.query('DELETE FROM stage_work')
  await put('default', { name: 'Default', timeZone: 'UTC' })
  expect(await toMeasure()).toBe(1)
  for (const [change, field] of [
    [{ weekdays: [8] }, 'weekdays.0'],
    [{ hours: ['17:00', '09:00'] }, 'hours'],
    [{ timeZone: 'Nowhere' }, 'timeZone'],
    [{ holidays: 'germany' }, 'holidays'],
    [{ colour: 1 }, 'colour'],
  ] as const)
    expect((await put('berlin', { ...berlin, ...change })).json()).toMatchObject({ status: 400, errors: [{ field }] })
})

test('absences come as CSV too: all of a file or nothing of it, each wrong line by its number', async () => {
  const send = async (body: string) =>
    (await api.call('POST', '/v1/people/absences', { body, headers: { 'content-type': 'text/csv' } })).json()
  const ann = people.find((p) => p.displayName.endsWith('ann'))?.id
  const absencesOfAnn = async () =>
    (await api.call('GET', '/v1/people')).json().data.find((p: { id: string }) => p.id === ann).absences

  expect(
    await send(`person,from,to,fraction\r\n${ann},2026-10-01,2026-10-02,\r\n"${ann}",2026-10-05,2026-10-05,0.5\r\n`),
  ).toEqual({
    added: 2,
  })
  expect(await absencesOfAnn()).toEqual([
    { from: '2026-10-01', to: '2026-10-02', fraction: 1 },
    { from: '2026-10-05', to: '2026-10-05', fraction: 0.5 },
  ])
  expect(await toMeasure()).toBe(1)
  expect(
    await send(
      `person;from;to\n${ann};2026-11-01;2026-11-02\n${ann};2026-09-31;2026-10-02\n${ann};2026-10-09;2026-10-02`,
    ),
  ).toMatchObject({
    status: 400,
    errors: [{ field: 'line 3' }, { field: 'line 4' }],
  })
  expect(
    await send(`person,from,to\n${ann},2026-11-01,2026-11-02\nnobody@x.example,2026-11-01,2026-11-02`),
  ).toMatchObject({
    status: 400,
    errors: [{ field: 'person' }],
  })
  expect(await send('who,when\nann,today')).toMatchObject({ errors: [{ field: 'line 1' }] })
  expect(await absencesOfAnn()).toHaveLength(2)
})
