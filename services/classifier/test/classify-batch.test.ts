import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import type { TrackerTicket } from '@headroom/domain'
import {
  addOutdatedClassifications,
  insertConnection,
  inTransaction,
  openStore,
  setOverride,
  ticketId,
  undoOverride,
  writeTickets,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { classifyBatch } from '../src/classify-batch.ts'

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
  await store.pool.query('DELETE FROM tickets; DELETE FROM rule_sets; DELETE FROM stage_work')
  const tickets = [ticket('epic'), ticket('story', 'epic'), ticket('subtask', 'story'), ticket('beside')]
  await inTransaction(store, (tx) =>
    writeTickets(tx, { connectionId, tickets: tickets.map((t) => ({ ticket: t, raw: {} })), fetchedAt: start }),
  )
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
  while ((await classifyBatch({ store, model })) > 0);
}

async function decisions(): Promise<Record<string, string>> {
  const { rows } = await store.pool.query(
    `SELECT t.external_id AS ticket, c.decided_by || ' ' || coalesce(c.work_type, '-') AS decision
       FROM classifications c JOIN tickets t ON t.id = c.ticket_id`,
  )
  return Object.fromEntries(rows.map((r) => [r.ticket, r.decision]))
}

async function publish(label: string, workType: string): Promise<void> {
  const rules = [{ id: 'r1', name: 'Rule', when: { field: 'label', op: 'is', value: label }, workType }]
  await store.pool.query(`INSERT INTO rule_sets (version, rules, published_at) VALUES (1, $1, now())`, [
    JSON.stringify(rules),
  ])
  await inTransaction(store, (tx) => addOutdatedClassifications(tx, { modelVersion: model.version, ruleSetVersion: 1 }))
  await classifyAll()
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
    await publish('big-rock', 'architecture')

    expect(await decisions()).toEqual({
      epic: 'rule architecture',
      story: 'inherited architecture',
      subtask: 'inherited architecture',
      beside: 'model defect',
    })
  })

  test('a person beats the rule; the nearest decision is handed down; what is undone is forgotten below as well', async () => {
    await publish('big-rock', 'architecture')
    await override('story', 'debt')
    await classifyAll()
    const judged = await decisions()

    await inTransaction(store, (tx) => undoOverride(tx, { ticketId: id('story'), actor: 'em' }))
    await classifyAll()

    expect(judged).toMatchObject({ epic: 'rule architecture', story: 'override debt', subtask: 'inherited debt' })
    expect(await decisions()).toMatchObject({ story: 'inherited architecture', subtask: 'inherited architecture' })
  })

  test('one judgement decides anew about just that ticket and what is below it', async () => {
    await store.pool.query(`UPDATE classifications SET decided_at = 'epoch'`)

    await override('story', 'support')
    await classifyAll()

    const { rows } = await store.pool.query(
      `SELECT t.external_id AS ticket FROM classifications c JOIN tickets t ON t.id = c.ticket_id WHERE c.decided_at > 'epoch' ORDER BY 1`,
    )
    expect(rows.map((r) => r.ticket)).toEqual(['story', 'subtask'])
  })

  test('another model version takes every ticket up again, and the same answer is not written twice', async () => {
    await store.pool.query(`UPDATE classifications SET model_version = 'older', decided_at = 'epoch'`)

    const outdated = await inTransaction(store, (tx) =>
      addOutdatedClassifications(tx, { modelVersion: model.version, ruleSetVersion: 0 }),
    )
    await classifyAll()
    const again = await inTransaction(store, (tx) =>
      addOutdatedClassifications(tx, { modelVersion: model.version, ruleSetVersion: 0 }),
    )

    expect([outdated, again]).toEqual([4, 0])
  })
})
