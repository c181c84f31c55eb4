import JiraApi from 'jira-client'
import { afterEach, describe, expect, it } from 'vitest'
import { type JiraSimulator, type JiraSimulatorOptions, startJiraSimulator } from '../src/index.ts'
import { parseSprintText } from '../src/replay/sprint-text.ts'
import { epicLinkField, sampleSite, sprintField } from './sample-site.ts'

let running: JiraSimulator | undefined

async function start(options: Partial<JiraSimulatorOptions> = {}) {
  running = await startJiraSimulator({ site: sampleSite('dc', 120), ...options })
  const { hostname, port } = new URL(running.url)
  const bearer = 'simulated-access-token'
  return { ...running, jira: new JiraApi({ protocol: 'http', host: hostname, port, bearer, apiVersion: '2' }) }
}

afterEach(async () => {
  await running?.stop()
  running = undefined
})

const headers = { authorization: 'Bearer simulated-access-token' }

describe('a simulated Jira Data Center', () => {
  it('gives the real jira-client every issue exactly once, in pages of the size that the server echoes', async () => {
    const { jira, site } = await start({ limits: { dcSearchMax: 25 } })
    const ids: string[] = []
    let total = 1
    for (let startAt = 0; startAt < total; ) {
      const page = await jira.searchJira('project in (PAY, OPS) ORDER BY created ASC', {
        startAt,
        maxResults: 1000,
        fields: ['updated'],
      })
      ids.push(...page.issues.map(({ id }: { id: string }) => id))
      expect(page.maxResults).toBe(25)
      total = page.total
      startAt += page.maxResults
    }

    expect(ids).toEqual([...site.issues.keys()])
  })

  it('has no enhanced search and no version 3', async () => {
    const { url } = await start()

    for (const path of [
      '/rest/api/2/search/jql?jql=project=PAY',
      '/rest/api/3/myself',
      '/rest/api/2/issue/PAY-1/changelog',
    ])
      expect((await fetch(`${url}${path}`, { headers })).status, path).toBe(404)
  })

  it('takes only the access token, and tells how full the rate bucket is', async () => {
    const { url } = await start()

    const answer = await fetch(`${url}/rest/api/2/myself`, { headers })
    const refused = await fetch(`${url}/rest/api/2/myself`, { headers: { authorization: 'Bearer wrong' } })

    expect(await answer.json()).toMatchObject({ key: 'user-ada', name: 'ada' })
    expect(answer.headers.get('x-ratelimit-interval-seconds')).toBe('1')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED')
  })

  it('shows whole histories oldest first, plain texts, sprints as texts, and the epic as a link instead of a parent', async () => {
    const { jira, editIssue } = await start()
    editIssue('PAY-2', { parent: 'PAY-1', sprintIds: [7, 8] }, 'user-bob')
    for (let points = 0; points < 60; points += 1) editIssue('PAY-2', { storyPoints: points + 100 })

    const issue = await jira.findIssue('PAY-2', 'changelog')

    expect(issue.changelog).toMatchObject({ total: 62, maxResults: 62 })
    expect(issue.changelog.histories[0].items[0]).toEqual({
      field: 'status',
      fieldtype: 'jira',
      from: '1',
      fromString: 'To Do',
      to: '3',
      toString: 'In Progress',
    })
    expect(issue.fields.parent).toBeUndefined()
    expect(issue.fields[epicLinkField]).toBe('PAY-1')
    expect(issue.fields.description).toContain('h2. Why')
    expect(issue.fields.assignee).toMatchObject({ key: 'user-ada', name: 'ada' })
    expect(issue.fields[sprintField].map(parseSprintText)).toMatchObject([
      { id: 7, name: 'Sprint [7], early', state: 'closed', goal: 'Ship, safely' },
      { id: 8, state: 'active', completeDate: null },
    ])
  })

  it('refuses offsets past the window of ten thousand', async () => {
    const { url } = await start()

    const answer = await fetch(`${url}/rest/api/2/search?jql=project%3DPAY&startAt=9990&maxResults=50`, { headers })

    expect(answer.status).toBe(500)
  })
})
