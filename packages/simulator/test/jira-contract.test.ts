import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { afterEach, describe, expect, it } from 'vitest'
import { type JiraSimulator, startJiraSimulator } from '../src/index.ts'
import { sampleSite } from './sample-site.ts'

const contracts = new URL('../../../../shared/contracts/', import.meta.url)

interface Contract {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>
  >
}

let running: JiraSimulator | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const cloudCalls: readonly [method: 'get' | 'post', template: string, path?: string | undefined, body?: object][] = [
  ['get', '/rest/api/3/myself'],
  ['get', '/rest/api/3/serverInfo'],
  ['get', '/rest/api/3/status'],
  ['get', '/rest/api/3/field'],
  ['get', '/rest/api/3/issuetype'],
  ['get', '/rest/api/3/priority'],
  ['get', '/rest/api/3/project'],
  ['get', '/rest/api/3/project/search'],
  ['get', '/rest/api/3/users/search'],
  ['get', '/rest/api/3/user', '/rest/api/3/user?accountId=user-ada'],
  [
    'get',
    '/rest/api/3/search/jql',
    '/rest/api/3/search/jql?jql=project%3DPAY&fields=*all&expand=changelog,names,schema&maxResults=2',
  ],
  [
    'post',
    '/rest/api/3/search/jql',
    undefined,
    { jql: 'project = PAY', fields: ['*all'], expand: 'changelog', maxResults: 2 },
  ],
  ['post', '/rest/api/3/search/approximate-count', undefined, { jql: 'project = PAY' }],
  [
    'post',
    '/rest/api/3/issue/bulkfetch',
    undefined,
    { issueIdsOrKeys: ['PAY-1', 'GONE-1'], fields: ['*all'], expand: ['changelog'] },
  ],
  ['post', '/rest/api/3/changelog/bulkfetch', undefined, { issueIdsOrKeys: ['PAY-1'] }],
  ['get', '/rest/api/3/issue/{issueIdOrKey}', '/rest/api/3/issue/PAY-1?expand=changelog'],
  ['get', '/rest/api/3/issue/{issueIdOrKey}/changelog', '/rest/api/3/issue/PAY-1/changelog'],
  ['get', '/rest/api/3/issue/{issueIdOrKey}/comment', '/rest/api/3/issue/PAY-1/comment'],
  ['get', '/rest/api/3/issue/{issueIdOrKey}/worklog', '/rest/api/3/issue/PAY-1/worklog'],
  ['get', '/rest/api/3/worklog/updated'],
  ['get', '/rest/api/3/worklog/deleted'],
  ['post', '/rest/api/3/worklog/list', undefined, { ids: [70001] }],
]

const agileCalls: typeof cloudCalls = [
  ['get', '/rest/agile/1.0/board'],
  ['get', '/rest/agile/1.0/board/{boardId}/sprint', '/rest/agile/1.0/board/1/sprint'],
  ['get', '/rest/agile/1.0/board/{boardId}/configuration', '/rest/agile/1.0/board/1/configuration'],
  ['get', '/rest/agile/1.0/sprint/{sprintId}', '/rest/agile/1.0/sprint/7'],
]

/** The contract's paths begin after `/rest`. Its schemas are too loose and too wrong to validate answers against. */
const dcPaths: readonly [method: string, template: string][] = [
  ['get', '/api/2/myself'],
  ['get', '/api/2/serverInfo'],
  ['get', '/api/2/status'],
  ['get', '/api/2/field'],
  ['get', '/api/2/issuetype'],
  ['get', '/api/2/priority'],
  ['get', '/api/2/project'],
  ['get', '/api/2/user'],
  ['get', '/api/2/user/search'],
  ['get', '/api/2/search'],
  ['post', '/api/2/search'],
  ['get', '/api/2/issue/{issueIdOrKey}'],
  ['get', '/api/2/issue/{issueIdOrKey}/comment'],
  ['get', '/api/2/issue/{issueIdOrKey}/worklog'],
  ['get', '/api/2/worklog/updated'],
  ['get', '/api/2/worklog/deleted'],
  ['post', '/api/2/worklog/list'],
  ['get', '/api/2/index/summary'],
  ['get', '/agile/1.0/board'],
  ['get', '/agile/1.0/board/{boardId}/sprint'],
  ['get', '/agile/1.0/board/{boardId}/configuration'],
  ['get', '/agile/1.0/sprint/{sprintId}'],
]

describe.skipIf(!existsSync(contracts))('the published contracts (skipped without their folder)', () => {
  const read = (name: string): Contract => JSON.parse(readFileSync(new URL(name, contracts), 'utf8'))

  async function differences(contract: Contract, calls: typeof cloudCalls): Promise<string[]> {
    running = await startJiraSimulator({ site: busySite() })
    const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true })
    ajv.addSchema(lenient(contract) as object, 'contract')
    const found: string[] = []
    for (const [method, template, path = template, body] of calls) {
      const operation = contract.paths[template]?.[method]
      if (operation === undefined) found.push(`${method} ${template} is not in the contract`)
      // The contract says nothing about the answers of sprints.
      const schema = operation?.responses['200']?.content?.['application/json']?.schema ?? {}
      const answer = await fetch(`${running.url}${path}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from('headroom@example.invalid:simulated-api-token').toString('base64')}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const validate = ajv.compile(rebased(lenient(schema)) as object)
      if (answer.status !== 200) found.push(`${method} ${path}: ${answer.status}`)
      if (!validate(await answer.json()))
        found.push(
          ...(validate.errors ?? []).map(
            ({ instancePath, message }) => `${method} ${template} ${instancePath.replace(/\d+/g, 'n')} ${message}`,
          ),
        )
    }
    return [...new Set(found)]
  }

  it('hold for what Cloud answers, except where the real site itself differs', async () => {
    expect(await differences(read('jira-openapi.json'), cloudCalls)).toEqual([
      // Seen on real sites: milliseconds where the contract has a text.
      'post /rest/api/3/changelog/bulkfetch /issueChangeLogs/n/changeHistories/n/created must be string',
    ])
  })

  it('hold for what the agile routes answer', async () => {
    expect(await differences(read('jira-agile-openapi.json'), agileCalls)).toEqual([])
  })

  it('have every route that Data Center is asked on, and not the ones that it lacks', () => {
    const { paths } = read('jira-dc-openapi.json')

    expect(dcPaths.filter(([method, template]) => paths[template]?.[method] === undefined)).toEqual([])
    expect(paths['/api/2/search/jql'] ?? paths['/api/2/issue/{issueIdOrKey}/changelog']).toBeUndefined()
  })
})

function busySite() {
  const site = sampleSite('cloud', 6)
  const [issue] = [...site.issues.values()]
  const stamps = { created: '2026-03-02T09:00:00.000+0000', updated: '2026-03-02T09:00:00.000+0000' }
  issue!.comments.push({ id: '60001', authorKey: 'user-bob', body: 'Hello', ...stamps })
  issue!.worklogs.push({
    id: '70001',
    authorKey: 'user-bob',
    comment: 'Done',
    started: stamps.created,
    timeSpentSeconds: 3600,
    deletedAt: null,
    ...stamps,
  })
  return site
}

/** Real answers have fields that the contract does not declare, and nulls where it names a type. */
function lenient(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lenient)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([name]) => !['additionalProperties', 'discriminator', 'example', 'examples', 'enum'].includes(name),
  )
  return Object.fromEntries(entries.map(([name, inner]) => [name, lenient(inner)]))
}

function rebased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === '$ref' ? `contract${inner}` : rebased(inner)]),
  )
}
