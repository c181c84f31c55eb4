import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import type { TrackerTicket, WorkType } from '@headroom/domain'
import { createLogger } from '@headroom/runtime'
import {
  beginRollout,
  findLiveLayer,
  insertAudit,
  insertConnection,
  inTransaction,
  listLayers,
  openStore,
  readAuditedTickets,
  readUnlabelledViews,
  setOverride,
  ticketId,
  undoOverride,
  writeAuditLabels,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adaptModel } from '../src/adapt-model.ts'
import { classifyBatch } from '../src/classify-batch.ts'
import { startClassifier } from '../src/classify-service.ts'
import { createModelInUse } from '../src/model-in-use.ts'
import { rollOutPage } from '../src/roll-out.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
const model = parseModel(await readFile(shippedModelUrl))
const modelInUse = createModelInUse(model)
const connectionId = randomUUID()
const start = Date.UTC(2026, 7, 3, 9)
const quarter = { from: '2026-07-01', to: '2026-09-30' }
const id = (no: number) => ticketId(connectionId, String(no))

/** This organisation calls its big investments "Zephyr", of which no model can know. */
const zephyrs = 60
const total = 120

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
  await store.pool.query(
    'DELETE FROM tickets; DELETE FROM audits; DELETE FROM model_layers; DELETE FROM rollouts; DELETE FROM stage_work',
  )
  const tickets = Array.from({ length: total }, (_, no) => ticket(no))
  await inTransaction(store, (tx) =>
    writeTickets(tx, { connectionId, tickets: tickets.map((t) => ({ ticket: t, raw: {} })), fetchedAt: start }),
  )
  await inTransaction(store, (tx) => beginRollout(tx, { modelVersion: model.version, ruleSetVersion: 0 }))
  await classifyAll()
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

function ticket(no: number): TrackerTicket {
  const isZephyr = no < zephyrs
  return {
    externalId: String(no),
    key: `WEB-${no}`,
    previousKeys: [],
    url: '',
    title: isZephyr ? `Zephyr ${words[no % words.length]}` : `Add ${words[no % words.length]} to the shop`,
    description: '',
    type: 'Story',
    isSubtask: false,
    isEpic: false,
    status: { id: '1', name: 'To Do', category: 'todo' },
    project: { id: '1', key: 'WEB', name: 'Web' },
    trackerTeam: null,
    parentExternalId: null,
    parentKey: null,
    sprints: [],
    labels: [],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: null,
    reporterAccountId: null,
    createdAt: start,
    updatedAt: start + no,
    archivedAt: null,
    trashed: false,
    transitions: [],
    activities: [],
    worklogs: [],
    historyComplete: true,
  }
}

const words = ['orders', 'invoices', 'baskets', 'coupons', 'returns', 'stock', 'prices']

async function classifyAll(): Promise<void> {
  while ((await classifyBatch({ store, modelInUse })) > 0 || (await rollOutPage({ store })));
}

const truth = (no: number): WorkType => (no < zephyrs ? 'architecture' : 'new-capability')

async function correct(numbers: readonly number[], workType: (no: number) => WorkType = truth): Promise<void> {
  for (const no of numbers)
    await inTransaction(store, (tx) =>
      setOverride(tx, { ticketId: id(no), workType: workType(no), note: null, actor: 'em' }),
    )
}

/** An audit of these tickets with the labels of one reader. */
async function audit(numbers: readonly number[], workType: (no: number) => WorkType = truth): Promise<void> {
  const auditId = randomUUID()
  await inTransaction(store, async (tx) => {
    const views = await readUnlabelledViews(tx, numbers.map(id))
    const size = numbers.length
    const draw = {
      id: auditId,
      ...quarter,
      label: '2026-Q3',
      teamId: null,
      size,
      population: total,
      populationUnits: 1,
    }
    const items = views.map((view) => ({ ...view, stratum: 'all', inclusionProbability: 0.5, units: 1 }))
    await insertAudit(tx, { ...draw, modelVersion: model.version, ruleSetVersion: 0, drawnBy: 'em' }, items)
    const labels = numbers.map((no) => ({ ticketId: id(no), workType: workType(no), note: null }))
    await writeAuditLabels(tx, { auditId, reader: 'reader', labels })
  })
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** How probable it is said that tickets are strategic, on average. */
async function strategic(numbers: readonly number[]): Promise<number> {
  const { rows } = await store.pool.query(
    `SELECT avg(p_strategic)::float8 AS p FROM classifications WHERE ticket_id = ANY ($1::uuid[])`,
    [numbers.map(id)],
  )
  return rows[0].p
}

describe('learning from corrections', () => {
  test('waits for ten of them', async () => {
    await correct(range(0, 9))

    expect(await adaptModel({ store, model })).toEqual({ kind: 'too-few' })
    expect(await listLayers(store.db, 9)).toEqual([])
  })

  test('goes live where it helps, is kept with what it was judged by, and decides again about what nobody corrected', async () => {
    await correct([...range(0, 15), ...range(60, 75)])
    await classifyAll()
    const before = await strategic(range(15, 60))

    const { kind } = await adaptModel({ store, model })
    const meanwhile = await adaptModel({ store, model })
    await classifyAll()
    const again = await adaptModel({ store, model })

    const live = await findLiveLayer(store.db, model.version)
    expect([kind, meanwhile.kind, again.kind]).toEqual(['live', 'rolling-out', 'nothing-new'])
    expect(live).toMatchObject({ version: 1, baseVersion: model.version, state: 'live', corrections: 30 })
    expect(live?.evaluation).toMatchObject({ basis: 'cross-validation', labels: 30, goesLive: true })
    expect(await strategic(range(15, 60))).toBeGreaterThan(before + 0.2)
    const { rows } = await store.pool.query('SELECT DISTINCT model_version FROM classifications')
    expect(rows).toEqual([{ model_version: live?.modelVersion }])
    expect(live?.modelVersion).toMatch(`${model.version}+`)
  })

  test('the last updated tickets are decided again first, and a stop in the middle loses none', async () => {
    await correct([...range(0, 15), ...range(60, 75)])
    await classifyAll()
    await adaptModel({ store, model })

    await rollOutPage({ store }, 30)
    await classifyBatch({ store, modelInUse })

    const { rows } = await store.pool.query(
      `SELECT t.external_id::int AS no FROM classifications c JOIN tickets t ON t.id = c.ticket_id WHERE c.model_version LIKE '%+%' ORDER BY 1`,
    )
    expect(rows.map((row) => row.no)).toEqual(range(90, 120))
    await classifyAll()
    const left = await store.pool.query(`SELECT FROM classifications WHERE model_version NOT LIKE '%+%'`)
    expect(left.rowCount).toBe(0)
  })

  test('what would be worse on the audit labels is kept as refused and decides nothing', async () => {
    await correct([...range(0, 15), ...range(60, 75)], (no) => (no < zephyrs ? 'support' : 'debt'))
    await audit([...range(20, 40), ...range(80, 100)], (no) => (no < zephyrs ? 'new-capability' : 'new-capability'))
    await classifyAll()
    const before = await strategic(range(100, 120))

    const { kind } = await adaptModel({ store, model })
    await classifyAll()

    const [layer] = await listLayers(store.db, 1)
    expect(kind).toBe('refused')
    expect(layer).toMatchObject({ state: 'refused', evaluation: { basis: 'audit', labels: 40, goesLive: false } })
    expect(await strategic(range(100, 120))).toBe(before)
  })

  test('an audited ticket is judged, and goes on being audited, without its own label', async () => {
    await correct([...range(0, 12), ...range(60, 72)])
    await audit([...range(20, 40), ...range(80, 100)])
    await classifyAll()

    await adaptModel({ store, model })
    await classifyAll()

    const live = await findLiveLayer(store.db, model.version)
    expect(live?.evaluation).toMatchObject({ basis: 'audit', labels: 40, goesLive: true })
    const audited = await readAuditedTickets(store.db, quarter)
    const { rows } = await store.pool.query('SELECT ticket_id, p_strategic FROM model_layer_predictions')
    const crossFitted = new Map(rows.map((row) => [row.ticket_id, row.p_strategic]))
    expect(audited.map((t) => [t.ticketId, t.probabilities.strategic])).toEqual(
      audited.map((t) => [t.ticketId, crossFitted.get(t.ticketId)]),
    )
    const { rows: decided } = await store.pool.query(
      'SELECT ticket_id, p_strategic FROM classifications WHERE ticket_id = ANY ($1::uuid[])',
      [audited.map((t) => t.ticketId)],
    )
    expect(decided.every((row) => row.p_strategic !== crossFitted.get(row.ticket_id))).toBe(true)
  })

  test('corrections that are taken back take the layer with them, and given again bring it back', async () => {
    const corrected = [...range(0, 15), ...range(60, 75)]
    await correct(corrected)
    await adaptModel({ store, model })
    await classifyAll()
    const first = await findLiveLayer(store.db, model.version)

    for (const no of corrected) await inTransaction(store, (tx) => undoOverride(tx, { ticketId: id(no), actor: 'em' }))
    const without = await adaptModel({ store, model })
    const none = await findLiveLayer(store.db, model.version)
    await correct(corrected)
    await classifyAll()
    await adaptModel({ store, model })

    expect([without.kind, none]).toEqual(['withdrawn', null])
    expect((await findLiveLayer(store.db, model.version))?.modelVersion).toBe(first?.modelVersion)
  })
})

test('the running service learns by itself from corrections, and goes back when they are taken back', async () => {
  const log = createLogger({ level: 'silent', service: 'classifier' })
  const backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'classifier', log })
  const service = await startClassifier({ ...backing, model, log })
  const corrected = [...range(0, 15), ...range(60, 75)]
  const untilAllBy = async (isIt: (modelVersion: string) => boolean) => {
    for (;;) {
      const { rows } = await store.pool.query('SELECT DISTINCT model_version AS v FROM classifications')
      if (rows.length === 1 && isIt(rows[0].v)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  await correct(corrected)
  await backing.queues.wake('classify', {})
  await untilAllBy((version) => version !== model.version)
  for (const no of corrected) await inTransaction(store, (tx) => undoOverride(tx, { ticketId: id(no), actor: 'em' }))
  await backing.queues.wake('classify', {})
  await untilAllBy((version) => version === model.version)
  await expect.poll(() => findLiveLayer(store.db, model.version), { timeout: 30_000 }).toBeNull()

  await service.stop()
  await backing.stop()
})
