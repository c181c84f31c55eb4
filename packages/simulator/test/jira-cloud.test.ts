import JiraApi from 'jira-client'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultJiraAccounts, type JiraSimulator, type JiraSimulatorOptions, startJiraSimulator } from '../src/index.ts'
import { jiraTimestamp } from '../src/jira/site.ts'
import { pointsField, sampleSite, sprintField } from './sample-site.ts'

const basic = `Basic ${Buffer.from('headroom@example.invalid:simulated-api-token').toString('base64')}`
let running: JiraSimulator | undefined

async function start(options: Partial<JiraSimulatorOptions> = {}): Promise<JiraSimulator> {
  running = await startJiraSimulator({ site: sampleSite('cloud', 230), ...options })
  return running
}

afterEach(async () => {
  await running?.stop()
  running = undefined
})

function client(url: string): JiraApi {
  const { hostname, port } = new URL(url)
  return new JiraApi({
    protocol: 'http',
    host: hostname,
    port,
    username: 'headroom@example.invalid',
    password: 'simulated-api-token',
    apiVersion: '3',
  })
}

async function call(url: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${url}${path}`, {
    ...init,
    headers: {
      authorization: basic,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) }
}

/** Follows the tokens to the end. */
async function walk(url: string, body: Record<string, unknown>) {
  const ids: string[] = []
  let nextPageToken: string | undefined
  let pages = 0
  do {
    const page = (await call(url, '/rest/api/3/search/jql', { ...body, nextPageToken })).json()
    ids.push(...page.issues.map((issue: { id: string }) => issue.id))
    nextPageToken = page.nextPageToken
    pages += 1
    expect(page.isLast).toBe(nextPageToken === undefined)
  } while (nextPageToken !== undefined && pages < 1000)
  return { ids, pages }
}

describe('a simulated Jira Cloud site', () => {
  it('is readable with the real jira-client', async () => {
    const { url } = await start()
    const jira = client(url)

    const [me, fields, boards] = await Promise.all([jira.getCurrentUser(), jira.listFields(), jira.getAllBoards()])
    const issue = await jira.findIssue('PAY-2', 'changelog')

    expect(me).toMatchObject({ accountId: 'user-ada', timeZone: 'America/New_York' })
    expect(fields.map((field) => field.id)).toContain(pointsField)
    expect(boards.values).toHaveLength(2)
    expect(issue.fields.description).toMatchObject({ type: 'doc', version: 1 })
    expect(issue.changelog.histories[0].items[0]).toMatchObject({
      field: 'status',
      from: '1',
      to: '3',
      toString: 'In Progress',
    })
  })

  it('answers the removed search with 410, as the method of jira-client finds out', async () => {
    const { url } = await start()

    await expect(client(url).searchJira('project = PAY')).rejects.toThrow('The requested API has been removed')

    for (const path of ['/rest/api/2/search?jql=x', '/rest/api/3/search?jql=x'])
      expect((await call(url, path)).status).toBe(410)
  })

  it('pages by token without losing or doubling an issue, whatever the order and the page size', async () => {
    const { url, site } = await start()
    const orders = ['created ASC', 'created DESC', 'updated ASC, key ASC', 'key DESC']

    for (const [at, order] of orders.entries()) {
      const { ids } = await walk(url, {
        jql: `project in (PAY, OPS) ORDER BY ${order}`,
        maxResults: [7, 50, 100, 33][at],
      })
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBe(site.issues.size)
    }
  })

  it('shows only ids unless fields are asked for, and caps the page once they are', async () => {
    const { url } = await start()

    const bare = (await call(url, '/rest/api/3/search/jql', { jql: 'project = PAY', maxResults: 5000 })).json()
    const full = (
      await call(url, '/rest/api/3/search/jql', { jql: 'project = PAY', fields: ['updated'], maxResults: 5000 })
    ).json()

    expect(bare.issues).toHaveLength(115)
    expect(bare.issues[0].fields).toBeUndefined()
    expect(full.issues).toHaveLength(100)
    expect(Object.keys(full.issues[0].fields)).toEqual(['updated'])
    expect(full.total).toBeUndefined()
  })

  it('refuses what the contract does not know, unbounded queries, and too long orders', async () => {
    const { url } = await start()
    const bodies = [
      { jql: 'project = PAY', startAt: 0 },
      { jql: 'project = PAY', expand: ['changelog'] },
      { jql: 'project = PAY', fields: 'summary' },
      { jql: 'order by created asc' },
      { jql: 'project = NONE' },
      { jql: 'nonsense = 3' },
      { jql: 'key in (PAY-1, PAY-99999)' },
      { jql: `project = PAY order by ${Array(8).fill('key').join(',')}` },
      { jql: 'project = PAY', nextPageToken: 'invented' },
    ]

    for (const body of bodies)
      expect((await call(url, '/rest/api/3/search/jql', body)).status, JSON.stringify(body)).toBe(400)
  })

  it('reads epoch milliseconds absolutely and quoted dates in the time zone of the caller, to the minute', async () => {
    const { url, site } = await start()
    const [first] = [...site.issues.values()]
    const at = Date.parse(String(first!.fields.created))
    const local = (ms: number) =>
      jiraTimestamp(ms - 5 * 3_600_000)
        .slice(0, 16)
        .replace('T', ' ')
    const count = async (jql: string) => (await call(url, '/rest/api/3/search/approximate-count', { jql })).json().count

    expect(await count(`created <= ${at}`)).toBe(1)
    expect(await count(`created < ${at}`)).toBe(0)
    expect(await count(`created >= ${at + 1} AND project = PAY`)).toBe(114)
    expect(await count(`created < '${local(at + 60_000)}'`)).toBe(1)
    expect(await count(`created < "${jiraTimestamp(at).slice(0, 16).replace('T', ' ')}"`)).toBeGreaterThan(200)
  })

  it('fetches up to 100 issues by id, and is silent about the ones that it does not have', async () => {
    const { url, site, deleteIssue } = await start()
    const ids = [...site.issues.keys()].slice(0, 100)
    deleteIssue(ids[3]!)

    const { issues, issueErrors } = (
      await call(url, '/rest/api/3/issue/bulkfetch', { issueIdsOrKeys: ids, fields: ['*all'] })
    ).json()

    expect(issues.map((issue: { id: string }) => issue.id)).toEqual(ids.filter((_id, at) => at !== 3))
    expect(issueErrors).toEqual([])
    expect((await call(url, '/rest/api/3/issue/bulkfetch', { issueIdsOrKeys: [...ids, '1'] })).status).toBe(400)
    expect((await call(url, `/rest/api/3/issue/${ids[3]}`)).status).toBe(404)
  })

  it('holds back all but the newest 40 histories inside an issue, and gives all by bulk fetch in pages of histories', async () => {
    const { url, site, editIssue } = await start({ limits: { repeatsHistories: true } })
    for (let points = 0; points < 60; points += 1) editIssue('PAY-1', { storyPoints: points + 100 })
    const issue = [...site.issues.values()].find(({ key }) => key === 'PAY-1')!

    const { changelog } = (await call(url, '/rest/api/3/issue/PAY-1?expand=changelog')).json()
    const seen: { id: string; created: unknown }[] = []
    let nextPageToken: string | undefined
    do {
      const page = (
        await call(url, '/rest/api/3/changelog/bulkfetch', {
          issueIdsOrKeys: [issue.id, 'gone'],
          maxResults: 25,
          nextPageToken,
        })
      ).json()
      seen.push(...page.issueChangeLogs.flatMap((log: { changeHistories: never[] }) => log.changeHistories))
      nextPageToken = page.nextPageToken
    } while (nextPageToken !== undefined)

    expect(changelog).toMatchObject({ total: 61, maxResults: 40 })
    expect(changelog.histories[0].id).toBe(issue.histories.at(-1)!.id)
    expect([...new Set(seen.map(({ id }) => id))]).toEqual(issue.histories.map(({ id }) => id))
    expect(seen.length).toBe(63)
    expect(seen[0]!.created).toBe(Date.parse(issue.histories[0]!.created))
  })

  it('keeps the id of a moved issue, gives it a new key, and resolves the old one', async () => {
    const { url, editIssue } = await start()
    const { id } = editIssue('PAY-3', { project: 'OPS' }, 'user-bob')

    const moved = (await call(url, '/rest/api/3/issue/PAY-3?expand=changelog')).json()

    expect(moved).toMatchObject({ id, key: 'OPS-116' })
    expect(moved.changelog.histories[0].items.map((item: { field: string }) => item.field)).toEqual(['project', 'Key'])
  })

  it('shows sprints as objects, and no story points as null', async () => {
    const { url, editIssue } = await start()
    editIssue('PAY-1', { sprintIds: [7, 8], storyPoints: null })

    const { fields } = (await call(url, '/rest/api/3/issue/PAY-1')).json()

    expect(fields[sprintField]).toMatchObject([
      { id: 7, state: 'closed', boardId: 1 },
      { id: 8, state: 'active' },
    ])
    expect(fields[pointsField]).toBeNull()
    expect((await call(url, '/rest/agile/1.0/board/2/sprint')).json().errorMessages).toEqual([
      'The board does not support sprints',
    ])
    expect((await call(url, '/rest/agile/1.0/board/1/configuration')).json().estimation.field.fieldId).toBe(pointsField)
  })

  it('lets search lag behind the truth, which reading by id never does', async () => {
    const clock = { ms: Date.UTC(2026, 2, 2, 9) }
    const { url, editIssue, createIssue } = await start({
      site: sampleSite('cloud', 10, clock),
      limits: { indexLagMs: 5000 },
    })
    const before = clock.ms
    clock.ms += 1000
    editIssue('PAY-1', { status: 'Done' })
    createIssue({ project: 'PAY', issueType: 'Story', summary: 'New' })
    const changed = async () => (await walk(url, { jql: `project = PAY AND updated > ${before}` })).ids.length

    const atOnce = await changed()
    const body = { jql: `project = PAY AND updated > ${before}`, reconcileIssues: [10_001] }
    const reconciled = (await call(url, '/rest/api/3/search/jql', body)).json()
    clock.ms += 4999
    const justBefore = await changed()
    clock.ms += 1
    const afterwards = await changed()

    expect([atOnce, justBefore, afterwards]).toEqual([0, 0, 2])
    expect(reconciled.issues).toMatchObject([{ id: '10001', key: 'PAY-1' }])
    expect((await call(url, '/rest/api/3/issue/PAY-1')).json().fields.status.name).toBe('Done')
  })

  it('may miss other issues in each search when told to flap', async () => {
    const { url, site } = await start({ limits: { indexFlapEvery: 10 } })

    const [first, second] = [
      await walk(url, { jql: 'project in (PAY, OPS)', maxResults: 5000 }),
      await walk(url, { jql: 'project in (PAY, OPS)', maxResults: 5000 }),
    ]

    expect(first.ids.length).toBeLessThan(site.issues.size)
    expect(new Set([...first.ids, ...second.ids]).size).toBeGreaterThan(first.ids.length)
  })

  it('refuses wrong credentials, and shows an expired token nothing, with success', async () => {
    const { url, faults } = await start()

    const wrong = await call(url, '/rest/api/3/myself', undefined, { authorization: 'Basic d3Jvbmc6dG9rZW4=' })
    faults.next({ kind: 'expired-token', times: 2 })
    const search = await call(url, '/rest/api/3/search/jql', { jql: 'project = PAY' })
    const bulk = await call(url, '/rest/api/3/issue/bulkfetch', { issueIdsOrKeys: ['PAY-1'] })

    expect(wrong.status).toBe(401)
    expect([search.status, search.json().issues, bulk.json().issues]).toEqual([200, [], []])
    expect(search.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED')
    expect(defaultJiraAccounts).toHaveLength(2)
  })

  it('can fail in every way that a site fails, once for each fault that a test sets', async () => {
    const { url, faults } = await start()
    const ask = () => call(url, '/rest/api/3/issue/PAY-1')

    faults.next({ kind: 'rate-limited', retryAfterSeconds: 7, reason: 'jira-quota-global-based' })
    const limited = await ask()
    faults.next({ kind: 'unavailable' })
    const unavailable = await ask()
    faults.next({ kind: 'login-page' })
    const login = await ask()
    faults.next({ kind: 'truncated' })
    const truncated = await ask()
    faults.next({ kind: 'reset' })
    await expect(ask()).rejects.toThrow()
    faults.next({ kind: 'malformed', field: 'status' })
    const malformed = (await ask()).json()

    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('7')
    expect(limited.headers.get('ratelimit-reason')).toBe('jira-quota-global-based')
    expect(limited.headers.get('x-ratelimit-reset')).toMatch(/^\d{4}-.*Z$/)
    expect([unavailable.status, login.status, truncated.status]).toEqual([503, 200, 200])
    expect(login.headers.get('content-type')).toContain('text/html')
    expect(() => truncated.json()).toThrow(SyntaxError)
    expect(malformed.fields.status).toBeUndefined()
    expect((await ask()).json().fields.status.name).toBe('In Progress')
  })

  it('can give an empty page that leads on, and a token that leads nowhere', async () => {
    const { url, site, faults } = await start()
    faults.next({ kind: 'empty-page', path: '/search/jql' })
    const { ids, pages } = await walk(url, { jql: 'project in (PAY, OPS)', maxResults: 100 })
    expect([new Set(ids).size, pages]).toEqual([site.issues.size, 4])

    faults.next({ kind: 'repeated-token', times: 3 })
    const body = { jql: 'project = PAY', maxResults: 10 }
    const first = (await call(url, '/rest/api/3/search/jql', body)).json()
    const second = (await call(url, '/rest/api/3/search/jql', { ...body, nextPageToken: first.nextPageToken })).json()
    expect(second).toEqual(first)
  })

  it('limits the rate with a token bucket when told to', async () => {
    const clock = { ms: Date.UTC(2026, 2, 2, 9) }
    const { url } = await start({
      site: sampleSite('cloud', 1, clock),
      limits: { requestsPerSecond: 2, requestsBurst: 3 },
    })
    const statuses = async (count: number) => {
      const found: number[] = []
      for (let at = 0; at < count; at += 1) found.push((await call(url, '/rest/api/3/status')).status)
      return found
    }

    const burst = await statuses(5)
    clock.ms += 1000
    const refilled = await statuses(3)

    expect(burst).toEqual([200, 200, 200, 429, 429])
    expect(refilled).toEqual([200, 200, 429])
  })
})
