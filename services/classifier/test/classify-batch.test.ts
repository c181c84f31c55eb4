import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import type { TrackerTicket } from '@headroom/domain'
import {
  beginRollout,
  insertConnection,
  inTransaction,
  openStore,
  publishRules,
  readRollout,
  setOverride,
  ticketId,
  undoOverride,
  writeRuleDraft,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { classifyBatch } from '../src/classify-batch.ts'
import { rollOutPage } from '../src/roll-out.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
const model = parseModel(await readFile(shippedModelUrl))
const connectionId = randomUUID()
const start = Date.UTC(2026, 0, 5, 9)
const id = (externalId: string) => ticketId(connectionId, externalId)

beforeAll(async () => {
  const connection = {
    id: connectionId,
    name: 'Jira',
    baseUrl: 'https://jira.example',
    sealedCredentials: '',
    scope: {},
  }
  await insertConnection(store.db, { ...connection, kind: 'jira-cloud' })
})

/** An epic with a story with a sub-task, and a ticket beside them. */
beforeEach(async () => {
  await store.pool.query('DELETE FROM tickets; DELETE FROM rule_sets; DELETE FROM stage_work; DELETE FROM rollouts')
  const tickets = [ticket('epic'), ticket('story', 'epic'), ticket('subtask', 'story'), ticket('beside')]
  await inTransaction(store, (tx) =>
    writeTickets(tx, { connectionId, tickets: tickets.map((t) => ({ ticket: t, raw: {} })), fetchedAt: start }),
  )
  await begin(model.version, 0)
  await classifyAll()
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

function ticket(externalId: string, parent: string | null = null): TrackerTicket {
  return {
    externalId,
    key: externalId.toUpperCase(),
    previousKeys: [],
    url: '',
    title: 'Login page crashes with an exception',
    description: '',
    type: 'Bug',
    isSubtask: false,
    isEpic: externalId === 'epic',
    status: { id: '1', name: 'To Do', category: 'todo' },
    project: { id: '1', key: 'SHOP', name: 'Shop' },
    trackerTeam: null,
    parentExternalId: parent,
    parentKey: null,
    sprints: [],
    labels: externalId === 'epic' ? ['big-rock'] : [],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: null,
    reporterAccountId: null,
    createdAt: start,
    updatedAt: start,
    archivedAt: null,
    trashed: false,
    transitions: [],
    activities: [],
    worklogs: [],
    historyComplete: true,
  }
}

async function classifyAll(): Promise<void> {
  while ((await classifyBatch({ store, modelInUse: async () => model })) > 0 || (await rollOutPage({ store })));
}

const begin = (modelVersion: string, ruleSetVersion: number) =>
  inTransaction(store, (tx) => beginRollout(tx, { modelVersion, ruleSetVersion }))

async function decisions(): Promise<Record<string, string>> {
  const { rows } = await store.pool.query(
    `SELECT t.external_id AS ticket, c.decided_by || ' ' || coalesce(c.work_type, '-') AS decision
       FROM classifications c JOIN tickets t ON t.id = c.ticket_id`,
  )
  return Object.fromEntries(rows.map((r) => [r.ticket, r.decision]))
}

type LabelRule = readonly [label: string, workType: string, name?: string]

/** Publishes rules on labels, in this order. */
async function publish(...rules: readonly LabelRule[]): Promise<void> {
  const written = rules.map(([value, workType, name = value], i) => ({
    id: `r${i}`,
    name,
    when: { field: 'label', op: 'is', value },
    workType,
  }))
  await inTransaction(store, async (tx) => {
    await writeRuleDraft(tx, { rules: written, actor: 'em', expected: null })
    await publishRules(tx, { actor: 'em', note: null, expected: null, repeat: null })
  })
}

async function publishAndDecide(...rules: readonly LabelRule[]): Promise<void> {
  await publish(...rules)
  await classifyAll()
}

/** The tickets that are decided anew by what `work` starts. */
async function decidedAnewBy(work: () => Promise<unknown>): Promise<string[]> {
  await store.pool.query(`UPDATE classifications SET decided_at = 'epoch'`)
  await work()
  await classifyAll()
  const { rows } = await store.pool.query(
    `SELECT t.external_id AS ticket FROM classifications c JOIN tickets t ON t.id = c.ticket_id WHERE c.decided_at > 'epoch' ORDER BY 1`,
  )
  return rows.map((r) => r.ticket)
}

const override = (ticket: string, workType: 'debt' | 'support') =>
  inTransaction(store, (tx) => setOverride(tx, { ticketId: id(ticket), workType, note: null, actor: 'em' }))

describe('deciding about tickets', () => {
  test('without anybody saying anything the model decides', async () => {
    expect(await decisions()).toEqual({
      epic: 'model defect',
      story: 'model defect',
      subtask: 'model defect',
      beside: 'model defect',
    })
  })

  test('a rule beats the model and is handed down to children and grandchildren, not to others', async () => {
    await publishAndDecide(['big-rock', 'architecture'])

    expect(await decisions()).toEqual({
      epic: 'rule architecture',
      story: 'inherited architecture',
      subtask: 'inherited architecture',
      beside: 'model defect',
    })
  })

  test('a person beats the rule; the nearest decision is handed down; what is undone is forgotten below as well', async () => {
    await publishAndDecide(['big-rock', 'architecture'])
    await override('story', 'debt')
    await classifyAll()
    const judged = await decisions()

    await inTransaction(store, (tx) => undoOverride(tx, { ticketId: id('story'), actor: 'em' }))
    await classifyAll()

    expect(judged).toMatchObject({ epic: 'rule architecture', story: 'override debt', subtask: 'inherited debt' })
    expect(await decisions()).toMatchObject({ story: 'inherited architecture', subtask: 'inherited architecture' })
  })

  test('one judgement decides anew about just that ticket and what is below it', async () => {
    expect(await decidedAnewBy(() => override('story', 'support'))).toEqual(['story', 'subtask'])
  })

  test('a published rule decides anew about just the tickets that it speaks of and what is below them', async () => {
    expect(await decidedAnewBy(() => publish(['big-rock', 'architecture'], ['nowhere', 'debt']))).toEqual([
      'epic',
      'story',
      'subtask',
    ])
    expect(await decidedAnewBy(() => publish(['big-rock', 'architecture'], ['nowhere', 'tooling']))).toEqual([])
  })

  test('a rule of another name gives another reason, so what it decided is decided anew', async () => {
    await publishAndDecide(['big-rock', 'architecture', 'Rocks'])

    expect(await decidedAnewBy(() => publish(['big-rock', 'architecture', 'Big rocks']))).toContain('epic')
  })

  test('a rule that only an overridden ticket meets changes nothing below it', async () => {
    await override('epic', 'debt')
    await classifyAll()

    expect(await decidedAnewBy(() => publish(['big-rock', 'architecture']))).toEqual(['epic'])
    expect(await decisions()).toMatchObject({ epic: 'override debt', story: 'inherited debt' })
  })

  test('of versions published in a row the last one holds, whatever was done in between', async () => {
    await publish(['big-rock', 'architecture'])
    await rollOutPage({ store }, 2)
    await classifyBatch({ store, modelInUse: async () => model })
    await publish(['big-rock', 'tooling'])
    await classifyAll()

    expect(await decisions()).toMatchObject({
      epic: 'rule tooling',
      story: 'inherited tooling',
      beside: 'model defect',
    })
  })

  test('an older version published again restores its decisions', async () => {
    await publishAndDecide(['big-rock', 'architecture'])
    await publishAndDecide(['big-rock', 'tooling'])

    const restored = await inTransaction(store, (tx) =>
      publishRules(tx, { actor: 'em', note: 'Back', expected: null, repeat: 1 }),
    )
    await classifyAll()

    expect(restored).toEqual({ kind: 'published', version: 3 })
    expect(await decisions()).toMatchObject({ epic: 'rule architecture', subtask: 'inherited architecture' })
  })
})

describe('a new model', () => {
  const olderModel = () => store.pool.query(`UPDATE classifications SET model_version = 'older'`)

  test('takes every ticket up again, once', async () => {
    const again = await decidedAnewBy(async () => {
      await olderModel()
      expect(await begin(model.version, 0)).toBe(true)
    })

    expect(again).toHaveLength(4)
    expect(await begin(model.version, 0)).toBe(false)
  })

  test('goes on where it stopped, and never has more than a page waiting', async () => {
    await olderModel()
    await begin(model.version, 0)
    await rollOutPage({ store }, 1)
    const first = await readRollout(store.db)
    await begin(model.version, 0)
    const { rows } = await store.pool.query(`SELECT FROM stage_work WHERE stage = 'classify'`)
    await classifyAll()

    expect(first?.through).not.toBeNull()
    expect(rows.length).toBe(1)
    const { rows: left } = await store.pool.query(`SELECT FROM classifications WHERE model_version = 'older'`)
    expect(left).toEqual([])
    expect((await readRollout(store.db))?.finishedAt).toBeInstanceOf(Date)
  })

  test('lets a judgement of now through before it goes on', async () => {
    await olderModel()
    await begin(model.version, 0)
    await rollOutPage({ store }, 1)
    await override('subtask', 'debt')

    await classifyBatch({ store, modelInUse: async () => model })

    expect(await decisions()).toMatchObject({ subtask: 'override debt' })
    const { rows } = await store.pool.query(`SELECT FROM classifications WHERE model_version = 'older'`)
    expect(rows.length).toBeGreaterThan(0)
  })
})
