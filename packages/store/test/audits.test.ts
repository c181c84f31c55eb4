import { randomUUID } from 'node:crypto'
import type { TrackerTicket } from '@headroom/domain'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  findAudit,
  insertAudit,
  insertConnection,
  inTransaction,
  listAuditItems,
  listAudits,
  openStore,
  readAuditedTickets,
  readUnlabelledViews,
  setOverride,
  ticketId,
  undoOverride,
  writeAuditLabels,
  writeClassifications,
  writeTickets,
} from '../src/index.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
const connectionId = randomUUID()
const quarter = { from: '2026-07-01', to: '2026-09-30' }
const [a, b, c] = ['1', '2', '3'].map((no) => ticketId(connectionId, no)) as [string, string, string]

beforeAll(async () => {
  await insertConnection(store.db, {
    id: connectionId,
    kind: 'jira-cloud',
    name: 'Jira',
    baseUrl: 'https://jira.example',
    sealedCredentials: '',
    scope: {},
  })
})

beforeEach(async () => {
  await store.pool.query('DELETE FROM tickets; DELETE FROM audits; DELETE FROM model_layers')
  const tickets = ['1', '2', '3'].map(ticket)
  await inTransaction(store, (tx) =>
    writeTickets(tx, {
      connectionId,
      tickets: tickets.map((t) => ({ ticket: t, raw: {} })),
      fetchedAt: Date.UTC(2026, 8, 1),
    }),
  )
  for (const id of [a, b, c]) await decide(id, 0.3)
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

function ticket(no: string): TrackerTicket {
  return {
    externalId: no,
    key: `WEB-${no}`,
    previousKeys: [],
    url: `https://jira.example/WEB-${no}`,
    title: `Ticket ${no}`,
    description: `Text ${no}`,
    type: 'Story',
    isSubtask: false,
    isEpic: false,
    status: { id: '1', name: 'Done', category: 'done' },
    project: { id: '1', key: 'WEB', name: 'Web' },
    trackerTeam: null,
    parentExternalId: no === '2' ? '1' : null,
    parentKey: null,
    sprints: [],
    labels: ['shop'],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: null,
    reporterAccountId: null,
    createdAt: Date.UTC(2026, 6, 1),
    updatedAt: Date.UTC(2026, 6, 1),
    archivedAt: null,
    trashed: false,
    transitions: [],
    activities: [],
    worklogs: [],
    historyComplete: true,
  }
}

function decide(id: string, strategic: number, decidedBy = 'model'): Promise<void> {
  return inTransaction(store, (tx) =>
    writeClassifications(tx, [
      {
        ticketId: id,
        category: 'feature',
        workType: 'enhancement',
        decidedBy,
        confidence: 0.7,
        probabilities: { feature: 0.7, strategic, sustaining: 0.3 - strategic },
        workTypeProbabilities: {},
        evidence: [],
        candidates: [],
        modelVersion: 'm1',
        ruleSetVersion: 0,
      },
    ]),
  )
}

async function draw(ids: readonly string[], teamId: string | null = null): Promise<string> {
  const id = randomUUID()
  await inTransaction(store, async (tx) => {
    const views = await readUnlabelledViews(tx, ids)
    const size = ids.length
    const audit = { id, ...quarter, label: '2026-Q3', teamId, size, population: 3, populationUnits: 30 }
    const items = ids
      .flatMap((ticketId) => views.filter((view) => view.ticketId === ticketId))
      .map((view) => ({ ...view, stratum: 'all', inclusionProbability: 0.5, units: 10 }))
    await insertAudit(tx, { ...audit, modelVersion: 'm1', ruleSetVersion: 0, drawnBy: 'em' }, items)
  })
  return id
}

const label = (auditId: string, reader: string, id: string, workType: 'debt' | 'support' | 'unclear') =>
  inTransaction(store, (tx) =>
    writeAuditLabels(tx, { auditId, reader, labels: [{ ticketId: id, workType, note: null }] }),
  )

const override = (id: string) =>
  inTransaction(store, (tx) => setOverride(tx, { ticketId: id, workType: 'debt', note: null, actor: 'em' }))

const strategicOf = async () =>
  Object.fromEntries(
    (await readAuditedTickets(store.db, quarter)).map((t) => [
      t.ticketId,
      Number(t.probabilities.strategic.toFixed(3)),
    ]),
  )

describe('an audit', () => {
  test('says how far it is read, and its items come in the order of the draw with the reader’s own labels alone', async () => {
    const id = await draw([b, a])
    await label(id, 'reader 1', a, 'debt')
    await label(id, 'reader 2', a, 'support')

    const audit = await findAudit(store.db, id)
    const items = await listAuditItems(store.db, {
      auditId: id,
      reader: 'reader 2',
      onlyOpen: false,
      limit: 9,
      after: null,
    })
    const open = await listAuditItems(store.db, {
      auditId: id,
      reader: 'reader 2',
      onlyOpen: true,
      limit: 9,
      after: null,
    })

    expect(audit).toMatchObject({ ...quarter, items: 2, labelled: 1, labelledTwice: 1, readers: 2 })
    expect(items.map((i) => [i.key, i.parent?.key ?? null, i.ownLabel?.workType ?? null])).toEqual([
      ['WEB-2', 'WEB-1', null],
      ['WEB-1', null, 'support'],
    ])
    expect(open.map((i) => i.key)).toEqual(['WEB-2'])
    expect((await listAudits(store.db, { limit: 5, after: null })).map((one) => one.id)).toEqual([id])
  })

  test('a second label of a reader takes the place of the first, which is kept', async () => {
    const id = await draw([a])
    await label(id, 'reader', a, 'debt')
    await label(id, 'reader', a, 'unclear')

    const [audited] = await readAuditedTickets(store.db, quarter)
    const { rows } = await store.pool.query('SELECT work_type FROM audit_labels ORDER BY labelled_at')

    expect(audited?.labels).toEqual([{ reader: 'reader', workType: 'unclear' }])
    expect(rows.map((row) => row.work_type)).toEqual(['debt', 'unclear'])
  })

  test('a label of a ticket that is not in it is refused, with all that came with it', async () => {
    const id = await draw([a])

    expect(await label(id, 'reader', c, 'debt')).toEqual({ unknown: [c] })
    expect((await findAudit(store.db, id))?.labelled).toBe(0)
  })

  test('is found for days that it shares and for its team or any, with a ticket drawn twice keeping its label', async () => {
    const team = randomUUID()
    const first = await draw([a])
    await label(first, 'reader', a, 'debt')
    const second = await draw([a, b], team)

    const all = await readAuditedTickets(store.db, { from: '2026-09-30', to: '2026-12-31', teamId: team })
    const others = await readAuditedTickets(store.db, { ...quarter, teamId: randomUUID() })
    const later = await readAuditedTickets(store.db, { from: '2026-10-01', to: '2026-12-31' })

    expect(all.map((t) => [t.audit.id, t.ticketId, t.labels.length])).toEqual([
      [first, a, 1],
      [second, a, 1],
      [second, b, 0],
    ])
    expect(all[0]?.audit).toEqual({ id: first, ...quarter, teamId: null })
    expect(others.map((t) => t.audit.id)).toEqual([first])
    expect(later).toEqual([])
  })
})

describe('what is said of an audited ticket', () => {
  test('is what holds, until somebody overrides it: then what held before', async () => {
    await draw([a, b])
    await decide(b, 0.2)
    await override(a)
    await decide(a, 0.05, 'override')
    await override(a)

    expect(await strategicOf()).toEqual({ [a]: 0.3, [b]: 0.2 })
  })

  test('an override that was there at the draw counts, and one taken back counts no more', async () => {
    await override(a)
    await decide(a, 0.05, 'override')
    await draw([a, b])
    await override(b)
    await inTransaction(store, (tx) => undoOverride(tx, { ticketId: b, actor: 'em' }))
    await decide(b, 0.25)

    expect(await strategicOf()).toEqual({ [a]: 0.05, [b]: 0.25 })
  })

  test('comes from the layer that did not learn its label, and a later draw does not know that label either', async () => {
    const id = await draw([a])
    await label(id, 'reader', a, 'debt')
    await store.pool.query(
      `INSERT INTO model_layers (version, base_version, model_version, state, corrections, corrections_hash, evaluation, layer) VALUES (1, 'm1', 'm1+1', 'live', 10, '', '{}', '')`,
    )
    await store.pool.query(`INSERT INTO model_layer_predictions VALUES (1, $1, 0.5, 0.12, 0.38)`, [a])
    await decide(a, 0.29)
    const layered = await strategicOf()
    await override(a)
    const views = await readUnlabelledViews(store.db, [a])

    expect(layered).toEqual({ [a]: 0.12 })
    expect(Number(views[0]?.probabilities.strategic.toFixed(3))).toBe(0.12)
  })
})
