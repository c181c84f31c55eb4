import type { Sprint } from '@headroom/domain'
import { parseTime } from '../timestamp.ts'

type SprintFields = Readonly<Record<string, unknown>>

const boundary =
  /(?:^|,)(id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|autoStartStop|synced|incompleteIssuesDestinationId)=/g

/**
 * A sprint as Jira shows it: an object (Cloud, boards), or Data Center's text
 * `com.atlassian.greenhopper.service.sprint.Sprint@d8d2756[id=191,state=ACTIVE,name=A, [b]=c,...]`. Only the id is
 * needed; dates that people typed and nobody can read are null. Null when there is no id.
 */
export function parseSprint(value: unknown): Sprint | null {
  const fields = typeof value === 'string' ? sprintTextFields(value) : value
  if (typeof fields !== 'object' || fields === null) return null
  const { id, name, state, startDate, endDate, completeDate } = fields as SprintFields
  if (typeof id !== 'number' && !(typeof id === 'string' && /^\d+$/.test(id))) return null
  return {
    id: String(id),
    name: typeof name === 'string' ? name : String(id),
    state: stateOf(state, completeDate),
    startsAt: parseTime(startDate),
    endsAt: parseTime(endDate),
    completedAt: parseTime(completeDate),
  }
}

/**
 * The fields of Data Center's sprint text. The order of the keys varies, and names and goals hold commas, brackets and
 * equals signs, so the text is cut only where a comma is followed by a known key. Of a key that comes twice the one in
 * its usual place counts: the first when the text begins with `id`, else the last.
 */
function sprintTextFields(text: string): SprintFields | null {
  const inside = /\[(.*)\]\s*$/s.exec(text)?.[1]
  if (inside === undefined) return null
  const cuts = [...inside.matchAll(boundary)]
  const isIdFirst = cuts[0]?.[1] === 'id'
  const fields: Record<string, string | null> = {}
  for (const [index, cut] of cuts.entries()) {
    const key = cut[1] ?? ''
    const value = inside.slice(cut.index + cut[0].length, cuts[index + 1]?.index ?? inside.length)
    if (isIdFirst && key in fields) continue
    fields[key] = value === '<null>' || value === '' ? null : value
  }
  return fields
}

function stateOf(state: unknown, completeDate: unknown): Sprint['state'] {
  const plain = String(state).toLowerCase()
  if (plain === 'active' || plain === 'closed' || plain === 'future') return plain
  return parseTime(completeDate) === null ? 'future' : 'closed'
}

const rank = { closed: 0, future: 1, active: 2 } as const

/** Orders the sprints of a ticket so that the last one is the one it is in now. */
export function currentSprintLast(sprints: readonly Sprint[]): Sprint[] {
  const time = (s: Sprint) => s.completedAt ?? s.endsAt ?? s.startsAt ?? 0
  return sprints.toSorted((a, b) => rank[a.state] - rank[b.state] || time(a) - time(b) || Number(a.id) - Number(b.id))
}
