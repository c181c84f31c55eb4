import { randomUUID } from 'node:crypto'
import { defaultEffortSettings } from '@headroom/domain'
import { inTransaction, writeClaims, writeClassifications, writePersonDays, writeUnits } from '@headroom/store'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

const whole = defaultEffortSettings.unitsPerDay
const teamId = '00000000-0000-4000-8000-0000000000aa'
const ticketCount = 30
let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
  const connectionId = await aConnection(api)
  const tickets = Array.from({ length: ticketCount }, (_, i) =>
    aTicket(String(i + 1), {
      assigneeAccountId: 'ann',
      description: `What to do about ${i + 1}`,
      labels: ['shop'],
      ...(i === 1 ? { parentExternalId: '1', parentKey: 'WEB-1' } : {}),
    }),
  )
  await storeTickets(api, connectionId, tickets)
  await api.call('PUT', `/v1/teams/${teamId}`, {
    body: { name: 'Web', sources: [{ connectionId, project: 'WEB' }] },
  })
  await measured()
})
afterAll(() => api?.close())
beforeEach(() => api.store.pool.query('DELETE FROM audits; DELETE FROM overrides'))

/** What the later stages would have written: a day of work on each ticket, a fifth of it probably strategic. */
async function measured(): Promise<void> {
  const { data } = (await api.call('GET', '/v1/tickets?limit=200')).json<{ data: { id: string; key: string }[] }>()
  const [person] = (await api.call('GET', '/v1/people')).json().data
  const days = data.map((_, i) => `2026-08-${String(i + 1).padStart(2, '0')}`)
  const rows = data.map(({ id }, i) => ({
    day: days[i] ?? '',
    ticketId: id,
    units: whole,
    personId: person.id,
    groupId: id,
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
      days.map((day) => ({ personId: person.id, day, teamId, capacityUnits: whole, trackedUnits: whole })),
    )
    await writeClassifications(
      tx,
      data.map(({ id }) => ({
        ticketId: id,
        category: 'feature' as const,
        workType: 'enhancement' as const,
        decidedBy: 'model',
        confidence: 0.7,
        probabilities: { feature: 0.7, strategic: 0.2, sustaining: 0.1 },
        workTypeProbabilities: { enhancement: 0.7, debt: 0.2, defect: 0.1 },
        evidence: [{ word: 'secret evidence' }],
        candidates: [],
        modelVersion: 'm1',
        ruleSetVersion: 0,
      })),
    )
  })
}

const draw = async (body: object) => (await api.call('POST', '/v1/audits', { body })).json()
const itemsOf = async (id: string, query = '', key = api.admin.key) =>
  (await api.call('GET', `/v1/audits/${id}/items?limit=200${query}`, { key })).json().data
const label = (id: string, ticketIds: readonly string[], workType: string, key = api.admin.key) =>
  api.call('POST', `/v1/audits/${id}/labels`, {
    key,
    body: { labels: ticketIds.map((ticketId) => ({ ticketId, workType })) },
  })

describe('drawing an audit', () => {
  test('takes the last complete quarter and 40 tickets without being told, of a team or of all', async () => {
    const answer = await api.call('POST', '/v1/audits', { body: { team: 'Web' } })

    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({
      period: { from: '2026-07-01', to: '2026-09-30', label: '2026-Q3' },
      team: { id: teamId, name: 'Web' },
      state: 'reading',
      size: 40,
      population: { tickets: ticketCount, effortDays: ticketCount },
      progress: { items: ticketCount, labelled: 0, labelledTwice: 0, readers: 0 },
    })
    expect((await api.call('GET', answer.headers.location as string)).json()).toMatchObject(answer.json())
  })

  test('the same tickets give the same sample, and the labels hold in a later one', async () => {
    const [first, second] = [await draw({ period: '2026-Q3', size: 5 }), await draw({ period: '2026-Q3', size: 5 })]
    const keys = async (id: string) => (await itemsOf(id)).map((item: { key: string }) => item.key)
    const [one] = await itemsOf(first.id)
    await label(first.id, [one.ticketId], 'debt')

    expect(await keys(second.id)).toEqual(await keys(first.id))
    expect((await api.call('GET', `/v1/audits/${second.id}`)).json().progress.labelled).toBe(1)
  })

  test('says what to do when it can’t be drawn', async () => {
    const problems = []
    for (const body of [
      { period: '2020-Q1' },
      { period: '2026-Q5' },
      { from: '2026-01-01', period: '2026-Q1' },
      { size: 0 },
      { team: 'nobody' },
    ]) {
      const answer = await api.call('POST', '/v1/audits', { body })
      problems.push([answer.statusCode, answer.json().errors?.[0].field ?? answer.json().code])
    }
    expect(problems).toEqual([
      [400, 'period'],
      [400, 'period'],
      [400, 'period'],
      [400, 'size'],
      [404, 'not-found'],
    ])
    expect((await api.call('GET', `/v1/audits/${randomUUID()}`)).statusCode).toBe(404)
  })

  test('audits are listed, the last drawn first, page by page', async () => {
    await draw({ period: '2026-Q3', size: 2 })
    await draw({ team: 'Web', size: 3 })
    const { data, nextCursor } = (await api.call('GET', '/v1/audits?limit=1')).json()
    const rest = (await api.call('GET', `/v1/audits?limit=1&cursor=${nextCursor}`)).json()
    const ofTeam = (await api.call('GET', '/v1/audits?team=Web')).json().data

    expect([data[0].size, rest.data[0].size, rest.nextCursor]).toEqual([3, 2, null])
    expect(ofTeam.map((one: { team: { name: string } }) => one.team.name)).toEqual(['Web'])
  })
})

describe('reading an audit', () => {
  test('is blind: the ticket with its parent and the reader’s own label, nothing of the machine or of others', async () => {
    const { id } = await draw({ period: '2026-08', size: 30 })
    const other = await api.keyWith('write')
    const items = await itemsOf(id)
    const second = items.find((item: { key: string }) => item.key === 'WEB-2')
    await label(id, [second.ticketId], 'unclear', other.key)

    const seen = await itemsOf(id)
    const text = JSON.stringify(seen)

    expect(Object.keys(seen[0]).sort()).toEqual(
      ['components', 'description', 'key', 'label', 'labels', 'parent', 'ticketId', 'title', 'type', 'url'].sort(),
    )
    expect(seen.find((item: { key: string }) => item.key === 'WEB-2')).toMatchObject({
      title: 'Ticket 2',
      description: 'What to do about 2',
      labels: ['shop'],
      parent: { key: 'WEB-1', title: 'Ticket 1' },
      label: null,
    })
    for (const word of ['enhancement', 'secret evidence', 'probabilit', 'strategic', 'unclear', 'stratum'])
      expect(text).not.toContain(word)
    expect((await itemsOf(id, '', other.key)).find((i: { key: string }) => i.key === 'WEB-2').label.workType).toBe(
      'unclear',
    )
  })

  test('goes on with the next ticket that the reader has not labelled, until none is left', async () => {
    const { id, links } = await draw({ from: '2026-08-01', to: '2026-08-03', size: 3 })
    const reader = await api.keyWith('write')
    const walked: string[] = []
    for (let next: string | null = links.next; next; ) {
      const [item] = (await api.call('GET', next, { key: reader.key })).json().data
      walked.push(item.ticketId)
      next = (await label(id, [item.ticketId], 'debt', reader.key)).json().links.next
    }

    expect(new Set(walked).size).toBe(3)
    expect((await api.call('GET', `/v1/audits/${id}`)).json()).toMatchObject({
      state: 'complete',
      progress: { items: 3, labelled: 3, readers: 1 },
    })
  })

  test('refuses labels of other tickets, of one ticket twice, of no work type, and of keys that may not write', async () => {
    const { id } = await draw({ from: '2026-08-04', to: '2026-08-04', size: 1 })
    const [item] = await itemsOf(id)
    const reader = await api.keyWith('read')

    expect((await label(id, [randomUUID()], 'debt')).json().errors[0].field).toBe('labels')
    expect((await label(id, [item.ticketId, item.ticketId], 'debt')).statusCode).toBe(400)
    expect((await label(id, [item.ticketId], 'strategic')).statusCode).toBe(400)
    expect((await label(id, [item.ticketId], 'debt', reader.key)).statusCode).toBe(403)
    expect((await itemsOf(id))[0].label).toBeNull()
  })
})

describe('what an audit finds', () => {
  test('agreement, confusion, and the share that it corrects beside the one that it does not', async () => {
    const { id } = await draw({ period: '2026-Q3', size: 30 })
    const ids = (await itemsOf(id)).map((item: { ticketId: string }) => item.ticketId)
    const second = await api.keyWith('write')
    await label(id, ids.slice(0, 15), 'debt')
    await label(id, ids.slice(15), 'defect')
    await label(id, ids.slice(0, 9), 'tooling', second.key)
    await label(id, ids.slice(15, 16), 'support', second.key)

    const found = (await api.call('GET', `/v1/audits/${id}`)).json()

    expect(found).toMatchObject({
      state: 'complete',
      progress: { labelledTwice: 10 },
      agreement: { value: 1, pairs: 10 },
      confusion: { strategic: { feature: 15, strategic: 0 }, sustaining: { feature: 15 } },
    })
    expect(found.agreement.kappa.value).toBeCloseTo(1)
    expect(found.strategicShare.uncorrected).toMatchObject({ audited: false })
    expect(found.strategicShare.uncorrected.value).toBeCloseTo(0.2)
    expect(found.strategicShare.corrected).toMatchObject({ audited: true })
    expect(found.strategicShare.corrected.value).toBeCloseTo(0.5, 1)
  })

  test('becomes overrides where readers agree, once all is read, and the corrected share stays', async () => {
    const { id } = await draw({ period: '2026-Q3', size: 30 })
    const ids = (await itemsOf(id)).map((item: { ticketId: string }) => item.ticketId)
    await label(id, ids.slice(0, 14), 'debt')
    await label(id, ids.slice(14, 15), 'unclear')
    await label(id, ids.slice(15), 'defect')
    await api.call('PUT', `/v1/tickets/${ids[20]}/classification`, { body: { workType: 'support' } })
    const before = (await api.call('GET', `/v1/audits/${id}`)).json().strategicShare.corrected

    const applied = await api.call('POST', `/v1/audits/${id}/apply`)
    const again = await api.call('POST', `/v1/audits/${id}/apply`)

    expect(applied.json()).toEqual({ overrides: 28, undecided: 1, alreadyDecided: 1 })
    expect([again.statusCode, again.json().code]).toEqual([409, 'audit-applied'])
    expect((await api.call('GET', `/v1/tickets/${ids[20]}/classification`)).json().workType).toBe('support')
    expect((await api.call('GET', `/v1/tickets/${ids[0]}/classification`)).json().decidedBy).toBe('override')
    expect((await api.call('GET', `/v1/audits/${id}`)).json().strategicShare.corrected.value).toBeCloseTo(
      before.value,
      10,
    )
  })

  test('is not made overrides while tickets are unread', async () => {
    const { id } = await draw({ period: '2026-Q3', size: 30 })
    const [item] = await itemsOf(id)
    await label(id, [item.ticketId], 'debt')

    const answer = await api.call('POST', `/v1/audits/${id}/apply`)

    expect([answer.statusCode, answer.json().code]).toEqual([409, 'audit-incomplete'])
  })
})
