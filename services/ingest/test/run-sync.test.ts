import { findConnection } from '@headroom/store'
import { TrackerUnavailableError } from '@headroom/trackers'
import { afterAll, describe, expect, test } from 'vitest'
import { startIngestUnderTest } from './ingest-under-test.ts'

const ingest = await startIngestUnderTest()
afterAll(() => ingest.close())

const oneLine = /^[^\n]+$/

describe('a tracker that can not be read ends the run with one problem and its remedy', () => {
  test('Jira with wrong credentials', async () => {
    const { jira } = await ingest.startJira()
    const wrong = { email: 'headroom@example.invalid', apiToken: 'mistyped' }
    const connectionId = await ingest.connect({ kind: 'jira-cloud', baseUrl: jira.url }, wrong)

    const { run, connection } = await ingest.run(connectionId)

    expect(run).toMatchObject({ status: 'failed', seen: 0, failed: 0 })
    expect(run.problems).toEqual([{ problem: expect.stringMatching(/refused the credentials.*check the account/) }])
    expect(connection).toMatchObject({ state: 'unauthorized', problem: run.problems[0]?.problem })
    expect(connection.problem).toMatch(oneLine)
  })

  test('Linear with a wrong key', async () => {
    const { linear } = await ingest.startLinear()
    const connectionId = await ingest.connect({ kind: 'linear', baseUrl: linear.url }, { apiKey: 'lin_api_mistyped' })

    const { run, connection } = await ingest.run(connectionId)

    expect(run).toMatchObject({ status: 'failed', seen: 0 })
    expect(run.problems).toEqual([{ problem: expect.stringMatching(/refused the credentials.*check the API key/) }])
    expect(connection.state).toBe('unauthorized')
  })

  test('Jira whose token has expired and that answers as if nobody were signed in', async () => {
    const { jira, connectionId } = await ingest.startJira()
    jira.faults.next({ kind: 'expired-token', times: 1000 })

    const { run, connection } = await ingest.run(connectionId)

    expect(run.problems).toEqual([{ problem: expect.stringMatching(/expired or was revoked. Make a new one/) }])
    expect(connection.state).toBe('unauthorized')
    expect(await ingest.stored(connectionId)).toEqual([])
  })

  test('a host that nobody knows', async () => {
    const connectionId = await ingest.connect({ kind: 'jira-cloud', baseUrl: 'http://tracker.invalid' })

    const { run, connection } = await ingest.run(connectionId)

    const problem = 'The host tracker.invalid is not known; check the address and the DNS.'
    expect(run).toMatchObject({ status: 'failed', problems: [{ problem }] })
    expect(connection).toMatchObject({ state: 'error', problem })
  })

  test('a Jira that answers with the page of a sign-on', async () => {
    const { jira, connectionId } = await ingest.startJira()
    jira.faults.next({ kind: 'login-page', times: 1000 })

    const { run, connection } = await ingest.run(connectionId)

    expect(run).toMatchObject({ status: 'failed', seen: 0 })
    expect(run.problems).toEqual([{ problem: expect.stringMatching(/web page; is the address right/) }])
    expect(connection).toMatchObject({ state: 'error', problem: run.problems[0]?.problem })
  })

  test('a Linear that answers with a web page', async () => {
    const { linear, connectionId } = await ingest.startLinear()
    linear.faults.next({ kind: 'login-page', times: 1000 })

    const { run, connection } = await ingest.run(connectionId)

    expect(run.problems).toEqual([{ problem: expect.stringMatching(/web page; is the address right/) }])
    expect(connection.state).toBe('error')
  })

  test('once the cause is gone the next run reads everything and the problem goes away', async () => {
    const { jira, connectionId } = await ingest.startJira()
    jira.faults.next({ kind: 'login-page', times: 1000 })
    await ingest.run(connectionId)
    jira.faults.clear()

    const { run, connection } = await ingest.run(connectionId)

    expect(run).toMatchObject({ status: 'succeeded', problems: [], created: jira.site.issues.size })
    expect(connection).toMatchObject({ state: 'ok', problem: null })
  })
})

describe('a ticket that can not be understood', () => {
  const broken = [
    ['a title that is a number', { field: 'summary', value: 3 }],
    ['no creation time', { field: 'created' }],
    ['a creation time that is none', { field: 'created', value: 'last Tuesday' }],
    ['a status that is a number', { field: 'status', value: 3 }],
    ['labels that are a text', { field: 'labels', value: 'a, b' }],
  ] as const
  test.each(broken)('in Jira, with %s, is kept with its payload while the others are stored', async (_, fault) => {
    const { jira, connectionId } = await ingest.startJira()
    const [issue] = [...jira.site.issues.values()].slice(7)
    if (!issue) throw new Error('The site has no issues')
    jira.faults.next({ kind: 'malformed', issueId: issue.id, times: 1000, ...fault })

    const { run, connection } = await ingest.run(connectionId)

    const others = [...jira.site.issues.keys()].filter((id) => id !== issue.id).sort()
    expect(await ingest.stored(connectionId)).toEqual(others)
    expect(run).toMatchObject({ status: 'partial', created: others.length, failed: 1, seen: others.length + 1 })
    expect(run.problems).toEqual([{ ticket: issue.key, problem: expect.stringMatching(oneLine) }])
    expect(run.problems[0]?.problem).toContain(fault.field)
    expect(run.problems[0]?.problem).toContain('Its payload is kept; the rest goes on.')
    expect(connection).toMatchObject({ state: 'ok', problem: null })
    const { rows } = await ingest.store.pool.query(`SELECT * FROM failed_tickets WHERE connection_id = $1`, [
      connectionId,
    ])
    expect(rows).toMatchObject([{ external_id: issue.id, key: issue.key, payload: { issue: { id: issue.id } } }])
  })

  test('in Linear is kept with its payload while the others are stored', async () => {
    const { linear, connectionId } = await ingest.startLinear()
    const [issue] = linear.workspace.issues.values()
    if (!issue) throw new Error('The workspace has no issues')
    linear.faults.next({ kind: 'malformed', issueId: issue.id, field: 'state', value: 'Done', times: 1000 })

    const { run } = await ingest.run(connectionId)

    expect(run).toMatchObject({ status: 'partial', failed: 1, created: linear.workspace.issues.size - 1 })
    expect(run.problems[0]?.problem).toMatch(/state/)
    const { rows } = await ingest.store.pool.query(`SELECT * FROM failed_tickets WHERE connection_id = $1`, [
      connectionId,
    ])
    expect(rows).toMatchObject([{ external_id: issue.id, payload: { id: issue.id, state: 'Done' } }])
  })

  test('is named by every run for as long as it fails, and no longer once it is readable', async () => {
    const { jira, connectionId } = await ingest.startJira()
    const [issue] = jira.site.issues.values()
    jira.faults.next({ kind: 'malformed', issueId: issue?.id ?? '', field: 'created', times: 1000 })
    await ingest.run(connectionId)

    const again = await ingest.run(connectionId)
    jira.faults.clear()
    const readable = await ingest.run(connectionId)

    expect(again.run).toMatchObject({ status: 'partial', failed: 1, problems: [{ ticket: issue?.key }] })
    expect(readable.run).toMatchObject({ status: 'succeeded', failed: 0, problems: [] })
    expect(await ingest.column('SELECT key FROM failed_tickets WHERE connection_id = $1', connectionId)).toEqual([])
    expect(await ingest.stored(connectionId)).toEqual([...jira.site.issues.keys()].sort())
  })

  test('that was stored before keeps its last good state, and its failure ends with an equal reading', async () => {
    const { jira, connectionId } = await ingest.startJira()
    const [issue] = jira.site.issues.values()
    await ingest.run(connectionId)
    jira.faults.next({ kind: 'malformed', issueId: issue?.id ?? '', field: 'status', value: [], times: 1000 })

    const failing = await ingest.run(connectionId, { mode: 'full' })
    jira.faults.clear()
    const readable = await ingest.run(connectionId)

    expect(failing.run).toMatchObject({ status: 'partial', failed: 1, unchanged: jira.site.issues.size - 1 })
    expect(readable.run).toMatchObject({ status: 'succeeded', unchanged: 1, updated: 0 })
    expect(await ingest.column('SELECT key FROM failed_tickets WHERE connection_id = $1', connectionId)).toEqual([])
    expect(await ingest.stored(connectionId)).toEqual([...jira.site.issues.keys()].sort())
  })
})

describe('a tracker that asks for patience', () => {
  test('in the middle of a walk is waited for as long as it says, and nothing is lost', async () => {
    const { jira, connectionId } = await ingest.startJira({ searchFieldsMax: 25 })
    ingest.waits.length = 0
    jira.faults.next({ kind: 'rate-limited', retryAfterSeconds: 7, path: '/search/jql', times: 2 })

    const { run } = await ingest.run(connectionId)

    expect(ingest.waits).toHaveLength(2)
    expect(Math.min(...ingest.waits)).toBeGreaterThanOrEqual(7000)
    expect(run).toMatchObject({ status: 'succeeded', created: jira.site.issues.size, problems: [] })
  })

  test('for longer than a worker may be held gives the run back to the queue, which goes on with it', async () => {
    const { jira, connectionId } = await ingest.startJira({ searchFieldsMax: 25 })
    let pages = 0
    const impatient = ingest.depsWith((tracker) => ({
      readPage: (...args) => {
        if (++pages === 3) jira.faults.next({ kind: 'rate-limited', retryAfterSeconds: 600, times: 2 })
        return tracker.readPage(...args)
      },
    }))

    await expect(ingest.run(connectionId, { deps: impatient, attempt: 1 })).rejects.toThrow(TrackerUnavailableError)
    const meanwhile = await ingest.openRun(connectionId)
    const { state, problem } = (await findConnection(ingest.store.db, connectionId)) ?? {}
    jira.faults.clear()
    const { run } = await ingest.run(connectionId, { attempt: 2 })

    expect(meanwhile).toMatchObject({ status: 'running', problems: [] })
    expect(meanwhile.created).toBeGreaterThan(0)
    expect({ state, problem }).toEqual({ state: 'error', problem: expect.stringMatching(/limits the rate/) })
    expect(run).toMatchObject({ id: meanwhile.id, status: 'succeeded', created: jira.site.issues.size, problems: [] })
  })
})
