import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createApi } from '@headroom/api'
import { type BackingServices, openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { defaultEffortSettings, type TrackerTicket } from '@headroom/domain'
import { createLogger, createSealedBox, type Service } from '@headroom/runtime'
import {
  createApiKey,
  insertConnection,
  inTransaction,
  stageBacklog,
  ticketId,
  writeAccounts,
  writeClaims,
  writePersonDays,
  writeTickets,
  writeUnits,
} from '@headroom/store'
import { type TestDatabase, testDatabase } from '@headroom/testkit'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from './child-process.ts'

const log = createLogger({ level: 'silent', service: 'rules' })
const secret = Buffer.alloc(32, 3).toString('base64')
const teamId = randomUUID()
const connectionId = randomUUID()
const createdAt = Date.UTC(2026, 6, 1, 9)
const whole = defaultEffortSettings.unitsPerDay

let database: TestDatabase
let backing: BackingServices
let classifier: Service
let app: FastifyInstance
let key: string

/** 40 tickets: an epic "Platform" with ten children, ten labelled `tech-debt`, ten bugs by a bot, and nine others. */
beforeAll(async () => {
  database = await testDatabase()
  backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'rules', log })
  const { store } = backing
  await insertConnection(store.db, {
    id: connectionId,
    kind: 'jira-cloud',
    name: 'Jira',
    baseUrl: 'https://jira.example',
    sealedCredentials: '',
    scope: {},
  })
  await inTransaction(store, async (tx) => {
    await writeAccounts(tx, connectionId, [account('ann', 'human'), account('renovate', 'bot')])
    const tickets = Array.from({ length: 40 }, (_, i) => ({ ticket: ticketOf(i), raw: {} }))
    await writeTickets(tx, { connectionId, tickets, fetchedAt: createdAt })
  })
  await store.pool.query(`INSERT INTO teams (id, name, origin) VALUES ($1, 'Web', 'edited')`, [teamId])
  await spendADayOnEach()
  const model = parseModel(await readFile(shippedModelUrl))
  classifier = await startClassifier({ ...backing, model, log })
  app = await createApi({
    ...backing,
    log,
    seal: createSealedBox(secret, 'tracker-credentials'),
    webhookBox: createSealedBox(secret, 'webhook-secrets'),
    cookieSecret: 'a secret of the tests that is long enough',
    publicUrl: 'https://headroom.example.com',
    model: { version: model.version, shareErrorSd: 0.02 },
    now: () => new Date('2026-10-15T12:00:00Z'),
    allowPrivateTrackers: true,
  })
  key = (await createApiKey(store.db, { name: 'em', scopes: ['write'] })).key
  await decided()
})
afterAll(async () => {
  await app?.close()
  await classifier?.stop()
  await backing?.stop()
  await database?.drop()
})

function account(accountId: string, kind: 'human' | 'bot') {
  return { accountId, displayName: accountId, email: null, kind, active: true, timeZone: null }
}

function ticketOf(i: number): TrackerTicket {
  const isChild = i >= 1 && i <= 10
  const isDebt = i >= 11 && i <= 20
  const isBump = i >= 21 && i <= 30
  return {
    externalId: String(i),
    key: `WEB-${i}`,
    previousKeys: [],
    url: `https://jira.example/browse/WEB-${i}`,
    title: i === 0 ? 'Platform' : isBump ? `Bump left-pad to 1.0.${i}` : `Add a button to export orders ${i}`,
    description: isDebt ? 'Nobody understands this module any more.' : '',
    type: i === 0 ? 'Epic' : 'Story',
    isSubtask: false,
    isEpic: i === 0,
    status: { id: '1', name: 'To Do', category: 'todo' },
    project: { id: '10', key: 'WEB', name: 'Web shop' },
    trackerTeam: null,
    parentExternalId: isChild ? '0' : null,
    parentKey: isChild ? 'WEB-0' : null,
    sprints: [],
    labels: isDebt ? ['tech-debt', 'q3'] : [],
    components: [],
    priority: null,
    estimate: null,
    resolution: null,
    assigneeAccountId: 'ann',
    reporterAccountId: isBump ? 'renovate' : 'ann',
    createdAt,
    updatedAt: createdAt + i,
    archivedAt: null,
    trashed: false,
    transitions: [],
    activities: [],
    worklogs: [],
    historyComplete: true,
  }
}

/** What measuring would have written: each ticket had a whole day of one person in the third quarter. */
async function spendADayOnEach(): Promise<void> {
  const { rows } = await backing.store.pool.query(`SELECT person_id AS id FROM accounts WHERE account_id = 'ann'`)
  const personId: string = rows[0].id
  const days = Array.from({ length: 40 }, (_, i) => new Date(createdAt + i * 86_400_000).toISOString().slice(0, 10))
  const effort = days.map((day, i) => {
    const id = ticketId(connectionId, String(i))
    const weights = { weight: 1, weightEqual: 1, weightPoints: 1, loggedSeconds: 0 }
    return { personId, day, ticketId: id, groupId: id, ...weights, units: whole, unitsEqual: whole, unitsPoints: whole }
  })
  await inTransaction(backing.store, async (tx) => {
    await writeClaims(tx, effort)
    await writeUnits(tx, effort)
    const person = { personId, teamId, capacityUnits: whole, trackedUnits: whole }
    await writePersonDays(
      tx,
      days.map((day) => ({ ...person, day })),
    )
    await tx.$client.query(`DELETE FROM stage_work WHERE stage = 'measure'`)
  })
}

async function decided(): Promise<void> {
  await backing.queues.wake('classify', {})
  await eventually('every ticket is decided', async () => (await stageBacklog(backing.store.db)).classify === 0)
}

async function call(method: 'GET' | 'PUT' | 'POST', url: string, body?: object, headers: object = {}) {
  const payload = body === undefined ? {} : { payload: body }
  const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${key}`, ...headers }, ...payload })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

const debtRule = { name: 'Debt', when: { field: 'label', op: 'is', value: 'tech-debt' }, workType: 'debt' }
const platformRule = {
  name: 'Platform epic',
  when: { field: 'title', op: 'matches', value: '^platform$' },
  workType: 'architecture',
}
const bumpRule = {
  name: 'Bumps by bots',
  when: {
    and: [
      { field: 'reporter-kind', op: 'is', value: 'bot' },
      { not: { field: 'title', op: 'contains', value: '1.0.30' } },
    ],
  },
  workType: 'operations',
}
const draft = (...rules: object[]) => call('PUT', '/v1/rules/draft', { rules })
const publish = (body: object = {}, headers: object = {}) => call('POST', '/v1/rules/publish', body, headers)
const shares = async () =>
  (await call('GET', '/v1/split?from=2026-07-01&to=2026-09-30&by=team')).body.data[0].strategicShare
const categoriesOf = async () => {
  const { rows } = await backing.store.pool.query(
    `SELECT t.key, c.category, c.work_type, c.decided_by FROM tickets t JOIN classifications c ON c.ticket_id = t.id`,
  )
  return new Map(rows.map((r) => [r.key, `${r.decided_by} ${r.work_type}`]))
}

describe('rules from a draft to the split', () => {
  beforeEach(async () => {
    await draft()
    await publish()
    await decided()
  })

  test('a preview foretells exactly what publishing then does: tickets, split, reports', async () => {
    await call('POST', '/v1/reports', { period: '2026-Q3' })
    const before = await shares()
    await draft(debtRule, platformRule, bumpRule)

    const preview = (await call('POST', '/v1/rules/draft/preview', {})).body
    expect(await shares()).toEqual(before)
    await publish()
    await decided()

    const after = await shares()
    const row = preview.split.find(
      (s: { period: { label: string }; team: object | null }) => s.period.label === '2026-Q3' && s.team,
    )
    expect(row.before.strategicShare).toEqual(before)
    expect(row.after.strategicShare).toEqual(after)
    expect(after.value).toBeGreaterThan(before.value + 0.3)
    expect(preview.tickets).toMatchObject({ total: 40, decidedAnew: 30, undecided: 0 })
    const moved = preview.moves.reduce((sum: number, move: { tickets: number }) => sum + move.tickets, 0)
    expect(preview.tickets.movedCategory).toBe(moved)
    expect(preview.reports).toMatchObject([{ period: '2026-Q3', team: null, published: preview.reports[0].now }])
    expect(preview.reports[0].after).toBeGreaterThan(preview.reports[0].now)
    expect(await categoriesOf()).toEqual(
      new Map([
        ...(await categoriesOf()),
        ['WEB-0', 'rule architecture'],
        ['WEB-5', 'inherited architecture'],
        ['WEB-15', 'rule debt'],
        ['WEB-25', 'rule operations'],
      ]),
    )
  })

  test('a preview counts what each rule does and says which never match or are hidden', async () => {
    const hidden = { ...debtRule, name: 'Third quarter', when: { field: 'label', op: 'is', value: 'q3' } }
    const idle = { ...debtRule, name: 'Nowhere', when: { field: 'component', op: 'is', value: 'none' } }
    await draft(debtRule, hidden, idle)

    const { rules, samples } = (await call('POST', '/v1/rules/draft/preview')).body

    expect(rules).toEqual([
      expect.objectContaining({ id: 'debt', matches: 10, decides: 10, state: 'in-use' }),
      expect.objectContaining({
        id: 'third-quarter',
        matches: 10,
        decides: 0,
        state: 'shadowed',
        hiddenBy: [{ id: 'debt', name: 'Debt', tickets: 10 }],
      }),
      expect.objectContaining({ id: 'nowhere', matches: 0, state: 'never-matches' }),
    ])
    expect(samples[0]).toMatchObject({
      to: { decidedBy: 'rule', workType: 'debt' },
      because: ['rule "Debt"', 'label is "tech-debt"'],
    })
  })

  test('a ticket tells in plain words which rule or ancestor decided', async () => {
    await draft(debtRule, platformRule)
    const { body: published } = await publish()
    await decided()

    const ruled = (await call('GET', '/v1/tickets/WEB-15/classification')).body
    const inherited = (await call('GET', '/v1/tickets/WEB-5/classification')).body
    const modelled = (await call('GET', '/v1/tickets/WEB-35/classification')).body

    expect(ruled.explanation).toContain(
      `The rule "Debt" of rule set ${published.version} makes this debt (strategic): label is "tech-debt".`,
    )
    expect(ruled.candidates[0]).toMatchObject({ source: 'rule', rule: { id: 'debt', name: 'Debt' } })
    expect(inherited.explanation).toContain(
      `like WEB-0 "Platform" above it, which the rule "Platform epic" of rule set ${published.version} decided`,
    )
    expect(modelled.explanation).toMatch(/^The model takes this for .+ % sure\. For it speaks most: title says/)
  })

  test('going back publishes the older rules as a new version and leaves the draft alone', async () => {
    await draft(debtRule)
    const first = (await publish()).body
    await draft(platformRule)
    const second = (await publish()).body
    await draft(bumpRule)

    const back = await publish({ version: first.version, note: 'Too much platform' })
    await decided()

    expect(back).toMatchObject({ status: 201, body: { version: second.version + 1, basedOn: first.version } })
    expect(back.body.rules).toEqual(first.rules)
    const now = (await call('GET', '/v1/rules')).body
    expect(now).toMatchObject({ published: { version: second.version + 1 }, applied: true })
    expect(now.draft.rules).toMatchObject([{ name: 'Bumps by bots' }])
    expect((await categoriesOf()).get('WEB-15')).toBe('rule debt')
    expect((await categoriesOf()).get('WEB-0')).not.toMatch(/^rule/)
    expect((await call('GET', `/v1/rules/versions/${first.version}`)).body.rules).toEqual(first.rules)
  })

  test('the organisation’s own words suggest rules, with their evidence, and none is applied', async () => {
    const before = await categoriesOf()

    const { data } = (await call('GET', '/v1/rules/suggestions')).body

    const suggested = data.find((s: { rule: { when: { value: string } } }) => s.rule.when.value === 'tech-debt')
    if (suggested) expect(suggested).toMatchObject({ tickets: 10, from: 'name', rule: { workType: 'debt' } })
    for (const { rule, tickets, agreement } of data) {
      expect(tickets).toBeGreaterThanOrEqual(5)
      expect(agreement).toBeGreaterThan(0)
      expect((await draft(rule)).status).toBe(200)
    }
    expect(await categoriesOf()).toEqual(before)
  })
})
