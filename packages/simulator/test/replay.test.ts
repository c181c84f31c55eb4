import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { type JiraSimulator, loadReplay, startJiraSimulator } from '../src/index.ts'

const person = { self: 'x', name: 'p1', key: 'person-1', displayName: 'Person 1', active: true, timeZone: 'Asia/Dubai' }
const sprint =
  'com.atlassian.greenhopper.service.sprint.Sprint@1[rapidViewId=13,state=CLOSED,name=Sprint [3], late,startDate=2014-01-06T15:17:30.953Z,endDate=2014-01-17T15:17:00.000Z,completeDate=<null>,id=8]'

const raw = {
  id: '77',
  key: 'NEW-1',
  fields: {
    summary: 'Line\u2028separator',
    description: 'One\n\nTwo',
    status: { name: 'Open', id: '1', statusCategory: { key: 'new' } },
    issuetype: { id: '2', name: 'Bug', subtask: false },
    project: { id: '9', key: 'NEW', name: 'New' },
    assignee: person,
    created: '2011-08-03T17:45:55.749-0500',
    updated: '2011-10-18T21:08:15.862-0500',
    customfield_1: [sprint],
    customfield_2: 3,
    comment: {
      total: 1,
      comments: [
        {
          id: '5',
          author: person,
          body: '',
          created: '2011-08-04T00:00:00.000-0500',
          updated: '2011-08-04T00:00:00.000-0500',
        },
      ],
    },
  },
  changelog: {
    histories: [
      {
        id: '1',
        created: '2011-08-05T20:12:22.634-0500',
        items: [{ field: 'Key', fieldtype: 'jira', from: null, fromString: 'OLD-4', to: null, toString: 'NEW-1' }],
      },
      {
        id: '2',
        author: person,
        created: '2011-08-06T20:12:22.634-0500',
        items: [{ field: 'Story Points', fieldtype: 'custom', from: null, fromString: '', to: null, toString: '3' }],
      },
    ],
  },
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function file(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'issues.ndjson.gz'), gzipSync(lines.join('\n')))
  return join(folder, 'issues.ndjson.gz')
}

async function serve(path: string, as: 'cloud' | 'dc'): Promise<JiraSimulator> {
  const simulator = await startJiraSimulator({ site: await loadReplay(path, as) })
  cleanups.push(() => simulator.stop())
  return simulator
}

const basic = `Basic ${Buffer.from('headroom@example.invalid:simulated-api-token').toString('base64')}`

describe('a replay of raw Data Center issues', () => {
  it('keeps fields verbatim on Data Center, and finds an issue by the key that it had before', async () => {
    const { url } = await serve(await file(JSON.stringify(raw)), 'dc')

    const answer = await fetch(`${url}/rest/api/2/issue/OLD-4?expand=changelog`, {
      headers: { authorization: 'Bearer simulated-access-token' },
    })
    const issue = JSON.parse(await answer.text())

    const { comment: _comment, ...fields } = raw.fields
    const { id, created, items } = raw.changelog.histories[1]!
    const { comment, worklog, ...shown } = issue.fields
    expect(shown).toEqual(fields)
    expect([comment.total, worklog.total]).toEqual([1, 0])
    expect(issue.changelog.histories).toMatchObject([
      raw.changelog.histories[0],
      { id, created, items, author: { key: 'person-1', name: 'p1' } },
    ])
  })

  it('gives people an accountId, sprints as objects and texts as documents on Cloud', async () => {
    const { url, site } = await serve(await file(JSON.stringify(raw), ''), 'cloud')

    const answer = await fetch(`${url}/rest/api/3/issue/NEW-1`, { headers: { authorization: basic } })
    const { fields } = JSON.parse(await answer.text())

    expect(fields.assignee).toMatchObject({ accountId: 'person-1', timeZone: 'Asia/Dubai' })
    expect(fields.assignee.name).toBeUndefined()
    expect(fields.customfield_1).toMatchObject([{ id: 8, name: 'Sprint [3], late', state: 'closed', boardId: 13 }])
    expect(fields.description.content).toHaveLength(2)
    expect(fields.priority).toBeUndefined()
    expect(site.fields.filter(({ custom }) => custom).map(({ name }) => name)).toEqual(['Sprint', 'Story Points'])
    expect(site.boards).toMatchObject([{ id: 13, projectKey: 'NEW' }])
  })

  it('says which line of which file cannot be read', async () => {
    const path = await file(JSON.stringify(raw), '{"id": "78", "key')

    await expect(loadReplay(path, 'dc')).rejects.toThrow(`${path} can't be replayed: line 2`)
    await expect(loadReplay('/nowhere/issues.ndjson.gz', 'dc')).rejects.toThrow("can't be replayed")
  })
})

const archive = fileURLToPath(new URL('../../../../shared/data/jira-replay/', import.meta.url))

describe.skipIf(!existsSync(archive))('the replay archive (skipped when the folder is not there)', () => {
  it('holds every issue with every history of the raw file', async () => {
    const site = await loadReplay(join(archive, 'duraspace.ndjson.gz'), 'dc')

    const issues = [...site.issues.values()]
    const text = gunzipSync(await readFile(join(archive, 'duraspace.ndjson.gz'))).toString('utf8')
    const totals = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).changelog.total)

    expect(issues.map(({ histories }) => histories.length)).toEqual(totals)
    expect(issues).toHaveLength(2055)
    expect(issues.every(({ fields }) => typeof fields.summary === 'string')).toBe(true)
    expect(site.fields.find(({ name }) => name === 'Story Points')?.id).toBe('customfield_10023')
    expect(site.fields.find(({ name }) => name === 'Sprint')?.id).toBe('customfield_10290')
  })
})
