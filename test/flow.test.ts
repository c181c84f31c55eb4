import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { startAnalytics } from '@headroom/analytics'
import { type BackingServices, openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { lastCompletePeriod, type TrackerKind } from '@headroom/domain'
import { openTrackers, startIngest } from '@headroom/ingest'
import { readDigest, readLeadershipReport, readSplit } from '@headroom/measures'
import { digestMail, reportText } from '@headroom/reports'
import { createLogger, createSealedBox, type Service } from '@headroom/runtime'
import {
  defaultTeams,
  generateCompany,
  type JiraSite,
  type LinearWorkspace,
  startJiraSimulator,
  startLinearSimulator,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import {
  addAllWork,
  findRun,
  insertConnection,
  inTransaction,
  type RunMode,
  requestRun,
  stageBacklog,
} from '@headroom/store'
import { type TestDatabase, testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './child-process.ts'

const until = Date.UTC(2026, 8, 30, 17)
const quarter = { from: '2026-07-01', to: '2026-09-30', label: '2026-Q3' }
// Two teams of Jira, shown as Cloud and as Data Center, and one of Linear.
const teams = [...defaultTeams.slice(0, 2), ...defaultTeams.filter((t) => t.tracker === 'linear').slice(0, 1)]
const company = generateCompany({ seed: 'flow', until, months: 2, teams })

describe('a ticket on its way from three trackers to the report', () => {
  const log = createLogger({ level: 'silent', service: 'flow' })
  const box = createSealedBox(randomBytes(32).toString('base64'), 'tracker-credentials')
  const services: Service[] = []
  const connections = new Map<TrackerKind, string>()
  const cloud = toJiraSite(company)
  const dc = toJiraSite(company, { kind: 'dc' })
  const linear = toLinearWorkspace(company)
  let database: TestDatabase
  let backing: BackingServices
  let model: ReturnType<typeof parseModel>

  beforeAll(async () => {
    database = await testDatabase()
    backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'flow', log })
    model = parseModel(await readFile(shippedModelUrl))
    const jira = { email: 'a@b.example', apiToken: 'token of this test' }
    const simulators = [
      { kind: 'jira-cloud', ...(await startJiraSimulator({ site: cloud, accounts: [jira] })), credentials: jira },
      {
        kind: 'jira-dc',
        ...(await startJiraSimulator({ site: dc, accounts: [{ token: 'pat' }] })),
        credentials: { token: 'pat' },
      },
      {
        kind: 'linear',
        ...(await startLinearSimulator({ workspace: linear, apiKeys: ['key'] })),
        credentials: { apiKey: 'key' },
      },
    ] as const
    services.push(backing, ...simulators)
    for (const { kind, url, credentials } of simulators) {
      const id = randomUUID()
      connections.set(kind, id)
      const sealedCredentials = box.seal(JSON.stringify(credentials), id)
      await insertConnection(backing.store.db, { id, kind, name: kind, baseUrl: url, sealedCredentials, scope: {} })
    }
    const now = () => until
    services.push(
      await startIngest({
        ...backing,
        ...openTrackers({ box, store: backing.store, allowPrivate: () => true }),
        log,
        now,
      }),
    )
    services.push(await startClassifier({ ...backing, model, log }))
    services.push(await startAnalytics({ ...backing, log, now }))
    await walk('full')
  })

  afterAll(async () => {
    for (const service of services.reverse()) await service.stop()
    await database?.drop()
  })

  /** Asks every connection for a run and waits until all stages have done their work. */
  async function walk(mode: RunMode): Promise<void> {
    const runIds: string[] = []
    for (const connectionId of connections.values()) {
      const runId = await inTransaction(backing.store, (tx) => requestRun(tx, { id: randomUUID(), connectionId, mode }))
      await backing.queues.wake('sync', { runId })
      runIds.push(runId)
    }
    await settled(runIds)
  }

  async function settled(runIds: readonly string[]): Promise<void> {
    await eventually('everything is read, classified and measured', async () => {
      const runs = await Promise.all(runIds.map((id) => findRun(backing.store.db, id)))
      const backlog = await stageBacklog(backing.store.db)
      return runs.every((run) => run?.status === 'succeeded') && backlog.classify + backlog.measure === 0
    })
  }

  async function rows(query: string, values: unknown[] = []) {
    return (await backing.store.pool.query(query, values)).rows
  }

  /** All facts but the times of reading and deciding. */
  async function facts(): Promise<unknown> {
    return {
      tickets: await rows(`SELECT (to_jsonb(t) - '{fetched_at}'::text[])::text AS row FROM tickets t ORDER BY id`),
      transitions: await rows('SELECT t::text AS row FROM transitions t ORDER BY ticket_id, ordinal'),
      activities: await rows('SELECT a::text AS row FROM activities a ORDER BY ticket_id, id'),
      classifications: await rows(`SELECT to_jsonb(c)::text AS row FROM classifications c ORDER BY ticket_id`),
      effort: await rows('SELECT e::text AS row FROM effort e ORDER BY person_id, day, ticket_id'),
      personDays: await rows('SELECT d::text AS row FROM person_days d ORDER BY person_id, day'),
      teams: await rows('SELECT id, name FROM teams ORDER BY id'),
    }
  }

  test.each([
    ['jira-cloud', () => [...cloud.issues.values()].map((issue) => [issue.id, jiraStatusChanges(issue)])],
    ['jira-dc', () => [...dc.issues.values()].map((issue) => [issue.id, jiraStatusChanges(issue)])],
    ['linear', () => [...linear.issues.values()].map((issue) => [issue.id, linearStateChanges(issue)])],
  ] as const)(
    '%s: every ticket is stored once, with every change of status that the tracker knows',
    async (kind, truth) => {
      const stored = await rows(
        `SELECT t.external_id AS id, count(r.field)::int AS changes FROM tickets t
         LEFT JOIN transitions r ON r.ticket_id = t.id AND r.field = 'status' WHERE t.connection_id = $1 GROUP BY 1`,
        [connections.get(kind)],
      )

      expect(new Map(stored.map((row) => [row.id, row.changes]))).toEqual(new Map(truth() as [string, number][]))
    },
  )

  test('every live ticket has exactly one decision, and every day is shared out to the unit', async () => {
    const [undecided] = await rows(
      'SELECT count(*)::int AS n FROM tickets t LEFT JOIN classifications c ON c.ticket_id = t.id WHERE c.ticket_id IS NULL',
    )
    const wrong = await rows(
      `SELECT d.person_id, d.day FROM person_days d
        WHERE d.tracked_units > d.capacity_units OR d.tracked_units <>
          (SELECT coalesce(sum(e.units), 0) FROM effort e WHERE e.person_id = d.person_id AND e.day = d.day)`,
    )
    const [outside] = await rows(
      `SELECT count(*)::int AS n FROM effort e WHERE e.units > 0
          AND NOT EXISTS (SELECT FROM person_days d WHERE d.person_id = e.person_id AND d.day = e.day)`,
    )

    expect([undecided.n, wrong, outside.n]).toEqual([0, [], 0])
  })

  test('a split cut in two, by team or in time, adds up to the whole', async () => {
    const days = async (by: 'none' | 'team' | 'connection', grain: 'total' | 'week' | 'month') => {
      const split = await readSplit(backing.store.db, { ...quarter, by, grain, basis: 'effort' }, model)
      return split.reduce((sum, row) => sum + row.coverage.trackedDays, 0)
    }
    const whole = await days('none', 'total')

    expect(whole).toBeGreaterThan(100)
    for (const parts of [
      await days('team', 'total'),
      await days('connection', 'total'),
      await days('none', 'week'),
      await days('team', 'month'),
    ]) {
      expect(parts).toBeCloseTo(whole, 6)
    }
  })

  test('the report and the weekly email say the same share, with its interval', async () => {
    const report = await readLeadershipReport(backing.store.db, {
      period: quarter,
      generatedAt: new Date(until),
      model,
      ruleSetVersion: 0,
    })
    const [row] = await readSplit(backing.store.db, { ...quarter, by: 'none', grain: 'total', basis: 'effort' }, model)
    const week = lastCompletePeriod('2026-09-30', 'week')
    const mail = await digestMail(await readDigest(backing.store.db, { week, teamIds: [], model }), {
      reportUrl: 'https://headroom.example/report',
      unsubscribeUrl: 'https://headroom.example/unsubscribe',
    })

    const percent = Math.round(100 * (row?.strategicShare?.value ?? Number.NaN))
    expect(report.total.strategicShare).toEqual(row?.strategicShare)
    expect(reportText(report, { width: 100, colour: false })).toContain(`${percent} %`)
    expect(mail.subject).toMatch(/\d+ %/)
  })

  test('every stage a second time changes nothing', async () => {
    const before = await facts()

    await walk('full')
    await walk('incremental')
    await inTransaction(backing.store, async (tx) => {
      await addAllWork(tx, 'classify')
      await addAllWork(tx, 'measure')
    })
    await backing.queues.wake('classify', {})
    await backing.queues.wake('measure', {})
    await settled([])

    expect(await facts()).toEqual(before)
  })
})

type JiraRecord = JiraSite['issues'] extends Map<string, infer R> ? R : never
type LinearRecord = LinearWorkspace['issues'] extends Map<string, infer R> ? R : never

function jiraStatusChanges(issue: JiraRecord): number {
  return issue.histories.flatMap((history) => history.items).filter((item) => item.field === 'status').length
}

function linearStateChanges(issue: LinearRecord): number {
  return issue.history.filter((row) => row.toStateId !== null && row.toStateId !== undefined).length
}
