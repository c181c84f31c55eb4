import { jiraTimestamp } from '@headroom/simulator'
import { findConnection, insertDelivery } from '@headroom/store'
import { afterAll, describe, expect, test } from 'vitest'
import { readInbox } from '../src/read-inbox.ts'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const minute = 60_000

/** What is stored of a connection's tickets, without our own ids and times. */
async function content(connectionId: string) {
  const { rows } = await ingest.store.pool.query(
    `SELECT t.external_id, t.key, t.status, t.status_category, t.labels, t.sprint_ids, t.estimate, t.project_name, t.completed_at,
            t.deleted_at IS NOT NULL AS deleted, t.content_hash,
            (SELECT json_agg(json_build_array(w.id, w.author_account_id, w.started_at, w.seconds) ORDER BY w.id)
               FROM worklogs w WHERE w.ticket_id = t.id) AS worklogs
       FROM tickets t WHERE t.connection_id = $1 ORDER BY t.external_id`,
    [connectionId],
  )
  return rows
}

/** The store knows the tracker as a reading from scratch would. */
async function expectLikeFresh(connectionId: string) {
  const connection = await findConnection(ingest.store.db, connectionId)
  if (!connection) throw new Error('The connection is gone')
  const { kind, baseUrl, sealedCredentials } = connection
  const fresh = await ingest.connect({ kind, baseUrl }, JSON.parse(sealedCredentials))
  await ingest.run(fresh)
  expect(await content(connectionId)).toEqual(await content(fresh))
}

function noting() {
  const read: string[] = []
  const deps = ingest.depsWith((tracker) => ({
    readByIds: (references, externalIds) => {
      read.push(...externalIds)
      return tracker.readByIds(references, externalIds)
    },
  }))
  return { read, deps }
}

async function startStoredJira() {
  const { jira, connectionId } = await ingest.startJira()
  await ingest.run(connectionId)
  ingest.clock.ms += 20 * minute
  await ingest.run(connectionId)
  ingest.clock.ms += 20 * minute
  return { jira, connectionId }
}

describe("Jira's changes that do not move the ticket's own time", () => {
  test('work that is logged, corrected and deleted is read with its ticket, and only with that', async () => {
    const { jira, connectionId } = await startStoredJira()
    const [logged, corrected, deleted] = [...jira.site.issues.values()]
    if (!logged || !corrected || !deleted) throw new Error('The site has too few issues')
    const at = jiraTimestamp(ingest.clock.ms)
    const worklog = { authorKey: null, comment: '', started: at, created: at, timeSpentSeconds: 3600, deletedAt: null }
    corrected.worklogs.push({ ...worklog, id: '900001', updated: at })
    deleted.worklogs.push({ ...worklog, id: '900002', updated: at })
    ingest.clock.ms += 2 * minute
    await ingest.run(connectionId)
    ingest.clock.ms += 2 * minute
    const now = jiraTimestamp(ingest.clock.ms)
    logged.worklogs.push({ ...worklog, id: '900003', updated: now })
    Object.assign(corrected.worklogs.at(-1) ?? {}, { timeSpentSeconds: 7200, updated: now })
    Object.assign(deleted.worklogs.at(-1) ?? {}, { deletedAt: now })
    ingest.clock.ms += 2 * minute
    const { read, deps } = noting()

    for (let n = 0; n < 3; n++) await ingest.run(connectionId, { deps })

    expect(read.sort()).toEqual([logged.id, corrected.id, deleted.id].sort())
    await expectLikeFresh(connectionId)
  })

  test('a status that is renamed or moved to another category changes the tickets that are or were in it', async () => {
    const { jira, connectionId } = await startStoredJira()
    const status = jira.site.statuses.find((s) => s.category === 'indeterminate')
    if (!status) throw new Error('The site has no such status')
    Object.assign(status, { name: 'Renamed', category: 'done' })
    for (const issue of jira.site.issues.values()) {
      const { status: now } = issue.fields as { status: { id: string } }
      // The site renders what it knows of the status; only the issue's own copy must follow.
      if (now.id !== status.id) continue
      const category = { id: 3, key: 'done', colorName: 'green', name: 'Done' }
      issue.fields = { ...issue.fields, status: { ...now, name: 'Renamed', statusCategory: category } }
    }

    await ingest.run(connectionId)

    await expectLikeFresh(connectionId)
  })

  test('a sprint that is closed is known as closed on all its tickets', async () => {
    const { jira, connectionId } = await startStoredJira()
    const sprint = jira.site.sprints.find((s) => s.state === 'active')
    if (!sprint) throw new Error('The site has no running sprint')
    Object.assign(sprint, { state: 'closed', completeDate: new Date(ingest.clock.ms).toISOString() })

    await ingest.run(connectionId)

    await expectLikeFresh(connectionId)
    const states = await ingest.column(
      `SELECT state FROM sprints WHERE connection_id = $1 AND external_id = '${sprint.id}'`,
      connectionId,
    )
    expect(states).toEqual(['closed'])
  })

  test('boards that begin to estimate by another field change the estimates of all tickets', async () => {
    const { jira, connectionId } = await startStoredJira()
    jira.site.fields.push({
      id: 'customfield_20000',
      name: 'Aufwand',
      custom: true,
      schema: { type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float', customId: 20000 },
    })
    const [issue] = jira.site.issues.values()
    if (!issue) throw new Error('The site has no issues')
    issue.fields = { ...issue.fields, customfield_20000: 21 }
    for (const board of jira.site.boards) board.estimationFieldId = 'customfield_20000'

    await ingest.run(connectionId)

    await expectLikeFresh(connectionId)
    const [row] = (await content(connectionId)).filter((r) => r.external_id === issue.id)
    expect(row.estimate).toBe(21)
  })
})

describe("Linear's changes that do not move the ticket's own time", () => {
  test('a label that is renamed, a state that is renamed and a cycle that ends change their tickets', async () => {
    const { linear, connectionId } = await ingest.startLinear()
    await ingest.run(connectionId)
    ingest.clock.ms += 20 * minute
    const used = [...linear.workspace.issues.values()]
    const label = linear.workspace.labels.find((l) => used.some((i) => i.labelIds.includes(l.id)))
    const state = linear.workspace.states.find((s) => used.some((i) => i.stateId === s.id))
    const cycle = linear.workspace.cycles.find((c) => used.some((i) => i.cycleId === c.id) && c.completedAt === null)
    if (!label || !state) throw new Error('The workspace has no label or state in use')
    label.name = 'Renamed label'
    state.name = 'Renamed state'
    if (cycle) cycle.completedAt = new Date(ingest.clock.ms).toISOString()

    await ingest.run(connectionId)

    await expectLikeFresh(connectionId)
  })
})

describe('the small tables', () => {
  test('are read anew after a quarter of an hour, or at the next poll after an event that names one', async () => {
    const { small, connectionId } = await ingest.startSmall('jira-cloud')
    small.create('One')
    let readings = 0
    const deps = ingest.depsWith((tracker) => ({
      readReferences: () => {
        readings++
        return tracker.readReferences()
      },
    }))
    const after = async (ms: number) => {
      ingest.clock.ms += ms
      await ingest.run(connectionId, { deps })
      return readings
    }

    const first = await after(0)
    const soon = await after(2 * minute)
    const body = Buffer.from(JSON.stringify({ webhookEvent: 'sprint_closed', sprint: { id: 1 } }))
    await insertDelivery(ingest.store.db, { connectionId, deliveryId: 'sprint-1', body })
    await readInbox(ingest.deps, connectionId)
    const afterEvent = await after(2 * minute)
    const later = await after(16 * minute)

    expect([first, soon, afterEvent, later]).toEqual([1, 1, 2, 3])
  })
})
