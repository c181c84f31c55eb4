import type { Activity, TrackerTicket } from '@headroom/domain'
import { problemOf } from '../problem.ts'
import { parseTime } from '../timestamp.ts'
import type { FetchedTicket } from '../tracker.ts'
import { activitiesOf, keyChanges, linearCategory, transitionsOf } from './history.ts'
import { rowsInOrder } from './history-order.ts'
import { markdownToText } from './markdown.ts'
import { cycleToSprint, type LinearReferences } from './references.ts'
import { type LinearIssue, linearIssue } from './schema.ts'

/** A stored Linear issue in our words. Pure; what can't be understood is a problem in one line, never a throw. */
export function convertLinear(references: LinearReferences, raw: unknown): FetchedTicket {
  const externalId = textAt(raw, 'id')
  const key = textAt(raw, 'identifier')
  const issue = linearIssue.safeParse(raw)
  if (issue.success) return { externalId, key, raw, ticket: toTicket(issue.data, references) }
  return { externalId, key, raw, problem: problemOf(`Issue ${key || externalId || 'without id'}`, issue.error) }
}

function toTicket(issue: LinearIssue, references: LinearReferences): TrackerTicket {
  const rows = rowsInOrder(issue)
  const keys = keyChanges(issue, rows)
  const comments = issue.comments.nodes.map(
    (c): Activity => ({ id: `comment:${c.id}`, at: c.createdAt, kind: 'comment', authorAccountId: c.user }),
  )
  return {
    externalId: issue.id,
    key: issue.identifier,
    previousKeys: (issue.previousIdentifiers ?? []).filter((k) => k !== issue.identifier),
    url: issue.url,
    title: issue.title,
    description: markdownToText(issue.description ?? ''),
    type: null,
    isSubtask: Boolean(issue.parent),
    isEpic: false,
    status: {
      id: issue.state.id,
      name: issue.state.name,
      category: linearCategory(issue.state.type, issue.state.name),
    },
    project: issue.project ? { id: issue.project.id, key: issue.project.slugId, name: issue.project.name } : null,
    trackerTeam: issue.team ?? null,
    parentExternalId: issue.parent?.id ?? null,
    parentKey: issue.parent?.identifier ?? null,
    sprints: sprintsOf(issue.cycle, references),
    labels: (issue.labelIds ?? []).map((id) => references.labels[id] ?? id),
    components: [],
    priority: issue.priority === null || issue.priority === 0 ? null : (issue.priorityLabel ?? String(issue.priority)),
    estimate: issue.estimate,
    resolution: null,
    assigneeAccountId: issue.assignee,
    reporterAccountId: issue.creator,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    archivedAt: parseTime(issue.archivedAt),
    trashed: issue.trashed === true,
    transitions: rows.flatMap((row) => transitionsOf(row, references, keys.get(row.id) ?? null)),
    activities: [...rows.flatMap(activitiesOf), ...comments].sort((a, b) => a.at - b.at),
    worklogs: [],
    historyComplete: !issue.history.pageInfo.hasNextPage,
  }
}

/** The references know whether the cycle runs; one made since they were read is taken as running. */
function sprintsOf(cycle: unknown, references: LinearReferences): TrackerTicket['sprints'] {
  const inline = cycleToSprint(cycle, 0)
  if (!inline) return []
  const known = references.cycles[inline.id]
  return [known ?? { ...inline, state: inline.completedAt === null ? 'active' : 'closed' }]
}

function textAt(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null
  return typeof found === 'string' ? found : ''
}
