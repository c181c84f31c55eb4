import type { JiraIssueRecord, JiraSite } from '../jira/site.ts'
import { createCollector, type SiteCollector } from './collect-site.ts'
import { replayLines } from './replay-lines.ts'
import { parseSprintText } from './sprint-text.ts'

/** Thrown when a replay file can't be read as one raw issue per line. */
export class ReplayError extends Error {
  override name = 'ReplayError'
}

/**
 * A site made of raw Data Center issues (REST v2 bodies, one per line, gzipped or not), such as a crawl of a public tracker.
 * Projects, statuses, types, people, fields and sprints are what the issues mention. Fields stay as they are, also where
 * the crawl lost some; as `cloud`, people get an accountId (their old key) and sprints become objects.
 */
export async function loadReplay(path: string, as: JiraSite['kind']): Promise<JiraSite> {
  const collector = createCollector(as)
  const issues = new Map<string, JiraIssueRecord>()
  let line = 0
  try {
    for await (const text of replayLines(path)) {
      line += 1
      if (text.trim() === '') continue
      const record = recordOf(JSON.parse(text) as RawIssue, collector, as)
      issues.set(record.id, record)
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code?.startsWith('E')
      ? `it can't be read (${code}); check the name`
      : `line ${line} is not a raw issue; one is expected on each line, as JSON`
    throw new ReplayError(`${path} can't be replayed: ${reason}.`, { cause })
  }
  return collector.site(issues)
}

interface RawIssue {
  readonly id: string
  readonly key: string
  readonly fields: Record<string, unknown>
  readonly changelog?: { readonly histories: readonly RawHistory[] }
}

interface RawHistory {
  readonly id: string
  readonly author?: unknown
  readonly created: string
  readonly items: JiraIssueRecord['histories'][number]['items']
}

interface RawEntry {
  readonly id: string
  readonly author?: unknown
  readonly body?: string
  readonly comment?: string
  readonly created: string
  readonly updated: string
  readonly started?: string
  readonly timeSpentSeconds?: number
}

function recordOf(raw: RawIssue, collector: SiteCollector, as: JiraSite['kind']): JiraIssueRecord {
  const { comment, worklog, ...fields } = raw.fields
  const comments = (comment as { comments?: readonly RawEntry[] } | undefined)?.comments ?? []
  const worklogs = (worklog as { worklogs?: readonly RawEntry[] } | undefined)?.worklogs ?? []
  return {
    id: raw.id,
    key: raw.key,
    previousKeys: formerKeys(raw),
    fields: keepFields(fields, collector, as),
    histories: (raw.changelog?.histories ?? []).map(({ id, author, created, items }) => {
      for (const { field } of items) collector.historyField(field)
      return { id, authorKey: collector.userKey(author), created, items }
    }),
    comments: comments.map(({ id, author, body = '', created, updated }) => ({
      id,
      authorKey: collector.userKey(author),
      body,
      created,
      updated,
    })),
    worklogs: worklogs.map(
      ({ id, author, comment: text = '', created, updated, started = created, timeSpentSeconds = 0 }) => ({
        id,
        authorKey: collector.userKey(author),
        comment: text,
        started,
        created,
        updated,
        timeSpentSeconds,
        deletedAt: null,
      }),
    ),
    deleted: false,
  }
}

/** Data Center writes `Key` items when an issue moves. */
function formerKeys({ key, changelog }: RawIssue): string[] {
  const items = (changelog?.histories ?? []).flatMap((history) => history.items)
  const keys = items.filter(({ field }) => field === 'Key').map(({ fromString }) => fromString)
  return [...new Set(keys.filter((former): former is string => former !== null && former !== key))]
}

function keepFields(
  fields: Record<string, unknown>,
  collector: SiteCollector,
  as: JiraSite['kind'],
): Record<string, unknown> {
  const projectKey = String((fields.project as { key?: unknown } | undefined)?.key)
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const sprints = sprintsOf(value)
    if (sprints === null) kept[name] = collector.value(name, value)
    else {
      for (const sprint of sprints) collector.sprint(sprint, projectKey)
      if (name.startsWith('customfield_')) collector.sprintField(name)
      kept[name] = as === 'cloud' && name.startsWith('customfield_') ? sprints.map(({ id }) => id) : value
    }
  }
  return kept
}

function sprintsOf(value: unknown) {
  const [list, first] = Array.isArray(value) ? [value, value[0]] : [[value], value]
  if (typeof first === 'string' && first.includes('greenhopper.service.sprint.Sprint@'))
    return list.map(parseSprintText)
  if (typeof first !== 'object' || first === null || !('originBoardId' in first)) return null
  return list.map((sprint) => ({ startDate: null, endDate: null, completeDate: null, goal: null, ...sprint }))
}
