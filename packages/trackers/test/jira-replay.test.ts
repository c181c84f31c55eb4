import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip, gunzipSync } from 'node:zlib'
import { assigneeIntervals, statusIntervals, type TrackerTicket } from '@headroom/domain'
import { describe, expect, it } from 'vitest'
import { convertJira } from '../src/jira/convert.ts'
import { embeddedTicket } from '../src/jira/raw-ticket.ts'
import { type JiraReferences, referencesFrom } from '../src/jira/references.ts'

const folder = new URL('../../../../shared/data/jira-replay/', import.meta.url)
const isHere = existsSync(new URL('duraspace.ndjson.gz', folder))

interface ReplayIssue {
  readonly id: string
  readonly key: string
  readonly fields: Record<string, unknown> & {
    readonly created: string
    readonly status: { readonly id: string; readonly name: string; readonly statusCategory: { readonly key: string } }
    readonly assignee: { readonly key: string } | null
    readonly worklog?: { readonly total: number }
    readonly comment?: { readonly total: number }
  }
  readonly changelog: {
    readonly histories: { readonly created: string; readonly items: Record<string, string | null>[] }[]
  }
}

function read(name: string): ReplayIssue[] {
  const text = gunzipSync(readFileSync(new URL(name, folder))).toString()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The value of a field at each moment where it may have changed; nothing of our converter is used. */
function stretches(issue: ReplayIssue, field: string, current: string | null) {
  const created = new Date(issue.fields.created).getTime()
  const changes = issue.changelog.histories.flatMap((h) =>
    h.items
      .filter((i) => i.field === field)
      .map((i) => ({ at: Math.max(created, new Date(h.created).getTime()), ...i })),
  ) as { at: number; from: string | null; to: string | null }[]
  const valueAt = (t: number) => {
    const before = changes.filter((c) => c.at <= t)
    return before.length > 0 ? before[before.length - 1]!.to : changes.length > 0 ? changes[0]!.from : current
  }
  const moments = [...new Set([created, ...changes.map((c) => c.at)])].sort((a, b) => a - b)
  const turns = moments.filter((t, i) => i === 0 || valueAt(t) !== valueAt(moments[i - 1]!))
  return turns.map((t, i) => ({ value: valueAt(t), from: t, to: turns[i + 1] ?? null }))
}

function converted(issue: ReplayIssue, references: JiraReferences): TrackerTicket {
  const fetched = convertJira(references, embeddedTicket(issue).raw)
  if ('problem' in fetched) throw new Error(fetched.problem)
  return fetched.ticket
}

describe.skipIf(!isHere)('the DuraSpace replay (skipped where the data is not at hand)', () => {
  const issues = isHere ? read('duraspace.ndjson.gz') : []
  const fields = [
    {
      id: 'customfield_10023',
      name: 'Story Points',
      schema: { custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float' },
    },
    { id: 'customfield_10290', name: 'Sprint', schema: { custom: 'com.pyxis.greenhopper.jira:gh-sprint' } },
  ]
  const references = referencesFrom(
    'https://jira.example',
    fields,
    issues.map((i) => i.fields.status),
  )

  it('converts every issue, with its whole history', () => {
    const tickets = issues.map((issue) => converted(issue, references))

    expect(tickets).toHaveLength(2055)
    expect(tickets.every((t) => t.historyComplete)).toBe(true)
  })

  it('gives the status and assignee intervals that the raw changelog says', () => {
    for (const issue of issues) {
      const ticket = converted(issue, references)

      expect(statusIntervals(ticket).map(({ statusId, from, to }) => ({ value: statusId, from, to }))).toEqual(
        stretches(issue, 'status', issue.fields.status.id),
      )
      expect(
        assigneeIntervals(ticket).map(({ assigneeAccountId, from, to }) => ({ value: assigneeAccountId, from, to })),
      ).toEqual(stretches(issue, 'assignee', issue.fields.assignee?.key ?? null))
    }
  })

  it('keeps every worklog, comment, estimate change and renamed key', () => {
    let worklogs = 0
    let comments = 0
    const changes = { estimate: 0, key: 0, sprint: 0, parent: 0 }
    for (const issue of issues) {
      const ticket = converted(issue, references)
      worklogs += ticket.worklogs.length
      comments += ticket.activities.filter((a) => a.kind === 'comment').length
      for (const t of ticket.transitions) if (t.field in changes) changes[t.field as keyof typeof changes]++
    }
    const items = issues.flatMap((i) => i.changelog.histories.flatMap((h) => h.items))
    const count = (field: string) => items.filter((i) => i.field === field).length

    expect(worklogs).toBe(issues.reduce((sum, i) => sum + (i.fields.worklog?.total ?? 0), 0))
    expect(comments).toBe(issues.reduce((sum, i) => sum + (i.fields.comment?.total ?? 0), 0))
    expect(changes).toEqual({
      estimate: count('Story Points'),
      key: count('Key'),
      sprint: count('Sprint'),
      parent: count('Parent'),
    })
  })
})

describe.skipIf(!isHere)('the Titanium replay', () => {
  it('converts the first 3000 issues, also the two that really have no summary', async () => {
    const lines = createInterface({
      input: createReadStream(new URL('titanium.ndjson.gz', folder)).pipe(createGunzip()),
    })
    const references = referencesFrom('https://jira.example', [], [])
    const problems: string[] = []
    const untitled: string[] = []
    let count = 0
    for await (const line of lines) {
      const fetched = convertJira(references, embeddedTicket(JSON.parse(line)).raw)
      if ('problem' in fetched) problems.push(fetched.problem)
      else if (fetched.ticket.title === '') untitled.push(fetched.key)
      if (++count === 3000) break
    }

    expect(problems).toEqual([])
    expect(untitled).toEqual(['AC-523', 'AC-2241'])
  })
})
