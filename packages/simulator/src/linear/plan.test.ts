import { type DocumentNode, execute } from 'graphql'
import { expect, it } from 'vitest'
import { sampleWorkspace } from '../../test/sample-workspace.ts'
import { createWebhookSender } from '../webhook-sender.ts'
import { type LinearContext, linearDirectory } from './context.ts'
import { editLinearIssue } from './edit.ts'
import { createLinearExecutor } from './execute.ts'
import { defaultLinearLimits } from './limits.ts'
import { planQuery } from './plan.ts'
import { createRateLimiter } from './rate-limit.ts'
import { linearWebhookRules } from './webhooks.ts'

const workspace = sampleWorkspace(20)
const context: LinearContext = {
  workspace,
  find: linearDirectory(workspace),
  webhooks: createWebhookSender(linearWebhookRules(1)),
  rate: createRateLimiter(defaultLinearLimits, () => workspace.serverTime()),
  isAdmin: true,
}
const { schema, prepare } = createLinearExecutor()

function documentOf(query: string): DocumentNode {
  const prepared = prepare(query)
  if ('errors' in prepared) throw new Error(prepared.errors.join('\n'))
  return prepared.document
}

it('answers exactly what the general executor answers', async () => {
  editLinearIssue(workspace, 'WEB-1', { comment: 'Hello', labels: ['Debt'], cycle: 'cycle-1', team: 'OPS' }, 'user-bob')
  const queries: [string, Record<string, unknown>?][] = [
    ['{ viewer { id name } organization { urlKey } rateLimitStatus { kind limits { type allowedAmount } } }'],
    [
      '{ a: issues(first: 3) { nodes { key: identifier trashed labelIds } } b: issues(orderBy: updatedAt) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
    ],
    [
      'query($n: Int = 4, $f: IssueFilter) { issues(first: $n, filter: $f) { nodes { ...A ... on Issue { team { key } } } } } fragment A on Issue { id team { id } history(first: 2) { nodes { toStateId toState { name } actor { email } botActor { type } fromTitle archived } } }',
      { f: { team: { key: { in: ['OPS'] } } } },
    ],
    [
      '{ issue(id: "WEB-1") { identifier previousIdentifiers cycle { id } labels { nodes { name parent { name } } } comments { nodes { body issueId user { id } } } stateHistory { nodes { stateId startedAt endedAt } } children { nodes { id } } parent { id } } }',
    ],
    [
      '{ users(includeDisabled: true) { nodes { id isMe timezone } } teams { nodes { key issueCount states { nodes { type position } } } } projects { nodes { slugId status { type } teams { nodes { id } } lead { id } } } cycles { nodes { isActive isPast } } webhooks { nodes { id } } }',
    ],
  ]

  for (const [query, variables = {}] of queries) {
    const document = documentOf(query)
    const expected = await execute({ schema, document, variableValues: variables, contextValue: context })
    const planned = planQuery(schema, document)?.(variables, context)

    expect(expected).not.toHaveProperty('errors')
    expect(JSON.stringify(planned)).toBe(JSON.stringify(expected.data))
  }
})

it('leaves to the general executor what it does not cover, and throws where that one reports an error', () => {
  const uncovered = [
    '{ viewer { __typename } }',
    'query($x: Boolean!) { viewer { id @include(if: $x) } }',
    'mutation { webhookDelete(id: "x") { success } }',
  ]
  const failing: [string, Record<string, unknown>?][] = [
    ['{ issues(first: 251) { nodes { id } } }'],
    ['{ issue(id: "gone") { id } }'],
    ['query($id: String!) { issue(id: $id) { id } }', {}],
  ]

  for (const query of uncovered) expect(planQuery(schema, documentOf(query)), query).toBeNull()
  for (const [query, variables = {}] of failing)
    expect(() => planQuery(schema, documentOf(query))?.(variables, context), query).toThrow()
})
