import { existsSync, readFileSync } from 'node:fs'
import { LinearClient } from '@linear/sdk'
import { buildSchema, getNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { type LinearSimulator, type LinearSimulatorOptions, startLinearSimulator } from '../src/index.ts'
import { complexityOf } from '../src/linear/complexity.ts'
import { createLinearExecutor } from '../src/linear/execute.ts'
import { sampleWorkspace } from './sample-workspace.ts'

let running: LinearSimulator | undefined

async function start(options: Partial<LinearSimulatorOptions> = {}): Promise<LinearSimulator> {
  running = await startLinearSimulator({ workspace: sampleWorkspace(120), ...options })
  return running
}

afterEach(async () => {
  await running?.stop()
  running = undefined
})

async function ask(url: string, query: string, variables: Record<string, unknown> = {}, key = 'lin_api_simulated') {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: key, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) }
}

const pageQuery = `query IssuesPage($first: Int!, $w: DateTimeOrDuration!, $seen: [ID!]!, $h: Int!) {
  issues(first: $first, includeArchived: true, sort: [{ updatedAt: { order: Ascending } }], filter: { updatedAt: { gte: $w }, id: { nin: $seen } }) {
    nodes { id updatedAt identifier previousIdentifiers state { id } history(first: $h, includeArchived: true) { nodes { id fromStateId toStateId actorId } pageInfo { hasNextPage endCursor } } }
    pageInfo { hasNextPage }
  }
}`

interface Row {
  readonly id: string
  readonly updatedAt: string
}

/** The walk by watermark and seen ids: safe against ties and against edits while it goes on. */
async function walk(url: string, first: number, between: () => void = () => undefined): Promise<Row[]> {
  const client = new LinearClient({ apiKey: 'lin_api_simulated', apiUrl: url })
  const rows: Row[] = []
  let [w, seen, more] = ['1970-01-01T00:00:00.000Z', [] as string[], true]
  while (more) {
    const { data } = await client.client.rawRequest<
      { issues: { nodes: Row[]; pageInfo: { hasNextPage: boolean } } },
      Record<string, unknown>
    >(pageQuery, { first, w, seen, h: 5 })
    const { nodes, pageInfo } = data!.issues
    rows.push(...nodes)
    const last = nodes.at(-1)?.updatedAt ?? w
    const tied = nodes.filter(({ updatedAt }) => updatedAt === last).map(({ id }) => id)
    seen = last === w ? [...seen, ...tied] : tied
    w = last
    more = pageInfo.hasNextPage
    between()
  }
  return rows
}

describe('a simulated Linear workspace', () => {
  it('is readable with the real SDK, each issue exactly once', async () => {
    const { url, workspace } = await start()

    const rows = await walk(url, 7)

    expect(rows.map(({ id }) => id).sort()).toEqual([...workspace.issues.keys()].sort())
    expect(rows.map(({ updatedAt }) => updatedAt)).toEqual(rows.map(({ updatedAt }) => updatedAt).sort())
  })

  it('loses no issue and no edit to a walk during which issues are edited', async () => {
    const clock = { ms: Date.UTC(2026, 2, 2, 9) }
    const { url, workspace, editIssue } = await start({ workspace: sampleWorkspace(60, clock) })
    const ids = [...workspace.issues.keys()]
    let turn = 0
    const rows = await walk(url, 10, () => {
      if (turn >= 8) return
      clock.ms += 1000
      for (const id of ids.slice(turn * 5, turn * 5 + 5)) editIssue(id, { title: `Edited ${turn}` })
      turn += 1
    })

    const newest = new Map(rows.map(({ id, updatedAt }) => [id, updatedAt]))

    expect(newest).toEqual(new Map([...workspace.issues.values()].map(({ id, updatedAt }) => [id, updatedAt])))
  })

  it('orders newest first by orderBy, ascends only by sort, and pages by opaque cursors of both kinds', async () => {
    const { url, workspace } = await start()
    const all = async (order: string) => {
      const found: string[] = []
      let after: string | null = null
      do {
        const query = `query($after: String) { issues(first: 33, after: $after, ${order}) { nodes { id createdAt } pageInfo { hasNextPage endCursor } } }`
        const { body } = await ask(url, query, { after })
        found.push(...body.data.issues.nodes.map(({ id }: { id: string }) => id))
        after = body.data.issues.pageInfo.hasNextPage ? body.data.issues.pageInfo.endCursor : null
      } while (after !== null)
      return found
    }

    const ids = [...workspace.issues.keys()]

    expect(await all('orderBy: createdAt')).toEqual(ids.toReversed())
    expect(await all('sort: [{ createdAt: { order: Ascending } }]')).toEqual(ids)
  })

  it('refuses a page above 250 with success and no data, a document that does not fit and one that costs too much with 400', async () => {
    const { url } = await start()

    const large = await ask(url, '{ issues(first: 251) { nodes { id } } }')
    const unknown = await ask(url, '{ issues { nodes { invented } } }')
    const missing = await ask(url, 'query($id: String!) { issue(id: $id) { id } }', {})
    const costly = await ask(url, '{ issues(first: 250) { nodes { comments { nodes { id } } } } }')

    expect(large).toMatchObject({
      status: 200,
      body: { data: null, errors: [{ extensions: { code: 'INVALID_INPUT', type: 'invalid input' } }] },
    })
    expect(large.body.errors[0].message).toBe('first must not be greater than 250')
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    })
    expect(missing.status).toBe(400)
    expect(costly).toMatchObject({
      status: 400,
      body: { errors: [{ message: 'Query too complex', extensions: { code: 'INPUT_ERROR' } }] },
    })
  })

  it('says entity not found with success, drops unknown ids of a list, and takes the key only verbatim', async () => {
    const { url, workspace } = await start()
    const [id] = [...workspace.issues.keys()]

    const one = await ask(url, '{ issue(id: "gone") { id } }')
    const many = await ask(url, 'query($ids: [ID!]!) { issues(filter: { id: { in: $ids } }) { nodes { id } } }', {
      ids: [id, 'gone'],
    })

    expect(one).toMatchObject({
      status: 200,
      body: { data: null, errors: [{ message: 'Entity not found: Issue', extensions: { code: 'INPUT_ERROR' } }] },
    })
    expect(many.body.data.issues.nodes).toEqual([{ id }])
    expect((await ask(url, '{ viewer { id } }', {}, 'wrong')).status).toBe(401)
  })

  it('answers RATELIMITED as HTTP 400 with resets in milliseconds, and refills over time', async () => {
    const clock = { ms: Date.UTC(2026, 2, 2, 9) }
    const { url } = await start({ workspace: sampleWorkspace(1, clock), limits: { requestsPerHour: 2 } })
    const viewer = () => ask(url, '{ viewer { id } }')
    const statuses = [(await viewer()).status, (await viewer()).status]

    const limited = await viewer()
    clock.ms += 30 * 60_000

    expect(statuses).toEqual([200, 200])
    expect(limited).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'RATELIMITED', type: 'ratelimited', statusCode: 429 } }] },
    })
    expect(Number(limited.headers.get('x-ratelimit-requests-reset'))).toBe(Date.UTC(2026, 2, 2, 9) + 60_000 + 3_600_000)
    expect((await viewer()).status).toBe(200)
  })

  it('hides archived issues unless asked, and archives without touching updatedAt', async () => {
    const { url, workspace, editIssue } = await start()
    const [id] = [...workspace.issues.keys()]
    const { updatedAt } = workspace.issues.get(id!)!
    editIssue(id!, { archived: true })
    const count = async (query: string) => (await ask(url, query)).body.data.issues.nodes.length

    expect(await count('{ issues(first: 250) { nodes { id } } }')).toBe(119)
    expect(await count('{ issues(first: 250, includeArchived: true) { nodes { id } } }')).toBe(120)
    expect(
      await count('{ issues(includeArchived: true, filter: { archivedAt: { null: false } }) { nodes { id } } }'),
    ).toBe(1)
    expect(workspace.issues.get(id!)!.updatedAt).toBe(updatedAt)
  })

  it('keeps the id of an issue that moves to another team, and its old identifier resolving', async () => {
    const { url, editIssue } = await start()
    const { id } = editIssue('WEB-1', { team: 'OPS' }, 'user-ada')

    const { body } = await ask(
      url,
      '{ issue(id: "WEB-1") { id identifier previousIdentifiers history(first: 1) { nodes { fromTeamId toTeamId fromStateId toStateId } } stateHistory(first: 3) { nodes { stateId endedAt } } } }',
    )

    expect(body.data.issue).toEqual({
      id,
      identifier: 'OPS-61',
      previousIdentifiers: ['WEB-1'],
      history: {
        nodes: [{ fromTeamId: 'team-web', toTeamId: 'team-ops', fromStateId: 'web-doing', toStateId: 'ops-doing' }],
      },
      stateHistory: {
        nodes: [
          { stateId: 'ops-doing', endedAt: null },
          { stateId: 'web-doing', endedAt: expect.any(String) },
          { stateId: 'web-todo', endedAt: expect.any(String) },
        ],
      },
    })
  })

  it('can group edits into one mutable row, and leave early edits without one', async () => {
    const clock = { ms: Date.UTC(2026, 2, 2, 9) }
    const { createIssue, editIssue } = await start({
      workspace: sampleWorkspace(0, clock),
      limits: { creationGraceMs: 180_000, historyGroupingMs: 60_000 },
    })
    const issue = createIssue({ team: 'WEB', title: 'New' }, 'user-ada')
    editIssue(issue.id, { estimate: 3 }, 'user-ada')
    clock.ms += 180_000
    editIssue(issue.id, { state: 'In Progress' }, 'user-ada')
    clock.ms += 30_000
    editIssue(issue.id, { state: 'Done' }, 'user-ada')

    expect(issue.history).toHaveLength(1)
    expect(issue.history[0]).toMatchObject({ fromStateId: 'web-todo', toStateId: 'web-done' })
    expect(issue.history[0]!.updatedAt > issue.history[0]!.createdAt).toBe(true)
  })

  it('serves users, teams, states, labels, cycles, projects and comments', async () => {
    const { url, editIssue } = await start()
    editIssue('WEB-1', { comment: 'Hello', labels: ['Debt'], cycle: 'cycle-1', project: 'Replace billing' }, 'user-bob')

    const { body } = await ask(
      url,
      `{ viewer { id name } organization { urlKey } rateLimitStatus { limits { type remainingAmount } }
         users(includeDisabled: true) { nodes { id } } teams { nodes { key issueCount } } workflowStates { nodes { id type team { id } } }
         issueLabels { nodes { id parent { id } } } cycles { nodes { id isActive } } projects { nodes { id status { type } lead { id } } }
         issue(id: "WEB-1") { labels { nodes { name } } cycle { number } project { name } comments { nodes { body user { id } } } } }`,
    )

    expect(body.errors).toBeUndefined()
    expect(body.data).toMatchObject({ viewer: { id: 'user-ada' }, organization: { urlKey: 'acme' } })
    expect(body.data.users.nodes).toHaveLength(3)
    expect(body.data.teams.nodes).toEqual(
      expect.arrayContaining([
        { key: 'WEB', issueCount: 60 },
        { key: 'OPS', issueCount: 60 },
      ]),
    )
    expect(body.data.issue).toEqual({
      labels: { nodes: [{ name: 'Debt' }] },
      cycle: { number: 1 },
      project: { name: 'Replace billing' },
      comments: { nodes: [{ body: 'Hello', user: { id: 'user-bob' } }] },
    })
  })

  it('can hand out a malformed issue without changing the truth', async () => {
    const { url, faults } = await start()
    faults.next({ kind: 'malformed', field: 'title', value: 7 })
    const titles = async () => (await ask(url, '{ issues(first: 2) { nodes { title } } }')).body.data.issues.nodes

    expect([await titles(), await titles()]).toEqual([
      [{ title: 7 }, { title: 'Issue 118' }],
      [{ title: 'Issue 119' }, { title: 'Issue 118' }],
    ])
  })
})

const contracts = new URL('../../../../shared/contracts/', import.meta.url)

describe.skipIf(!existsSync(contracts))(
  'the simulated schema, beside the published one (skipped without the contracts folder)',
  () => {
    const read = (name: string) => readFileSync(new URL(name, contracts), 'utf8')

    it('has no type, field, argument or value that the published schema lacks or types otherwise', () => {
      const published = buildSchema(read('linear-schema.graphql'), { assumeValid: true })
      const { schema } = createLinearExecutor()
      const differences: string[] = []
      for (const [name, type] of Object.entries(schema.getTypeMap())) {
        if (name.startsWith('__')) continue
        const other = published.getType(name)
        if (other === undefined || other.constructor !== type.constructor) differences.push(name)
        if (isEnumType(type) && isEnumType(other))
          for (const { name: value } of type.getValues())
            if (other.getValue(value) === undefined) differences.push(`${name}.${value}`)
        if (!(isObjectType(type) || isInputObjectType(type)) || !(isObjectType(other) || isInputObjectType(other)))
          continue
        for (const [fieldName, field] of Object.entries(type.getFields())) {
          const otherField = other.getFields()[fieldName]
          const same = otherField !== undefined && String(otherField.type) === String(field.type)
          if (!same) differences.push(`${name}.${fieldName}: ${getNamedType(field.type)} is ${otherField?.type}`)
          if (!('args' in field) || otherField === undefined || !('args' in otherField)) continue
          for (const { name: argument, type: argumentType } of field.args) {
            const match = otherField.args.find((candidate) => candidate.name === argument)
            if (String(match?.type) !== String(argumentType)) differences.push(`${name}.${fieldName}(${argument})`)
          }
        }
      }

      expect(differences).toEqual([])
    })

    it('answers the page query of the contracts with 25 history rows for each of 50 issues (prints how long it takes)', async () => {
      const { url, workspace, editIssue } = await start()
      for (const id of workspace.issues.keys())
        for (let row = 0; row < 25; row += 1) editIssue(id, { estimate: row + 10 }, 'user-ada')
      const variables = { first: 50, w: '1970-01-01T00:00:00.000Z', seen: [], h: 25 }
      const query = read('linear-issues-page.graphql')

      const first = await ask(url, query, variables)
      const took: number[] = []
      for (let round = 0; round < 7; round += 1) {
        const before = performance.now()
        await ask(url, query, variables)
        took.push(performance.now() - before)
      }

      expect(first.body.errors).toBeUndefined()
      expect(first.body.data.issues.nodes).toHaveLength(50)
      for (const { history } of first.body.data.issues.nodes)
        expect([history.nodes.length, history.pageInfo.hasNextPage]).toEqual([25, true])
      expect(Number(first.headers.get('x-complexity'))).toBe(7235)
      console.log(`page of 50 x 25: ${took.map((ms) => Math.round(ms)).join(', ')} ms`)
    })
  },
)

it('prices a query by the published rule', () => {
  const { schema: _schema, prepare } = createLinearExecutor()
  const price = (query: string) => {
    const prepared = prepare(query)
    return 'document' in prepared ? complexityOf(prepared.document, { n: 10 }) : prepared.errors
  }

  expect(price('{ viewer { id name email } }')).toBe(2)
  expect(price('{ viewer { id } issues { nodes { id title url } } }')).toBe(67)
  expect(price('query($n: Int) { teams(first: $n) { nodes { id key name } pageInfo { hasNextPage } } }')).toBe(13)
  expect(
    price('{ issues(first: 250) { nodes { id updatedAt archivedAt trashed } pageInfo { hasNextPage endCursor } } }'),
  ).toBe(350)
})
