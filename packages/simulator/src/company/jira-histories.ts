import { type JiraHistory, type JiraHistoryItem, type JiraSite, jiraTimestamp } from '../jira/site.ts'
import { earlierTexts } from './earlier-texts.ts'
import { jiraFieldIds, jiraPriorityNames } from './jira-reference.ts'
import { dayMs } from './local-time.ts'
import type { Company, CompanyTeam, CompanyTicket, ShownChange, ShownState, StatusRole } from './model.ts'
import { createRandom } from './random.ts'

/** How a company's values are called on the site. */
export interface JiraNames {
  readonly site: JiraSite
  readonly company: Company
  readonly userOf: (person: number) => JiraSite['users'][number]
}

/** The histories of a ticket, oldest first, with the noise that the board adds: ranks and links. `firstId` is the first's id. */
export function jiraHistories(
  names: JiraNames,
  ticket: CompanyTicket,
  team: CompanyTeam,
  firstId: number,
): JiraHistory[] {
  const titles = earlierTexts(ticket, 'title')
  const descriptions = earlierTexts(ticket, 'description')
  let state = ticket.created
  const entries = ticket.changes.map((change) => {
    const items = [...fieldItems(names, team, state, change), ...textItems(change, titles, descriptions)]
    state = { ...state, ...change.set }
    return { at: change.at, author: change.author, items }
  })
  return [...entries, ...noise(names.company, ticket)]
    .sort((a, b) => a.at - b.at)
    .map(({ at, author, items }, i) => ({
      id: String(firstId + i),
      authorKey: names.userOf(author).key,
      created: jiraTimestamp(at),
      items,
    }))
}

function fieldItems(names: JiraNames, team: CompanyTeam, state: ShownState, { set }: ShownChange): JiraHistoryItem[] {
  const items: JiraHistoryItem[] = []
  if (set.status !== undefined) items.push(...statusItems(names.site, team, state.status, set.status))
  if (set.assignee !== undefined) {
    const [before, after] = [state.assignee, set.assignee].map((person) =>
      person === null ? null : names.userOf(person),
    )
    items.push(
      item(
        'assignee',
        'assignee',
        [before?.key ?? null, before?.displayName ?? null],
        [after?.key ?? null, after?.displayName ?? null],
      ),
    )
  }
  if (set.estimate !== undefined) {
    items.push(item('Story Points', jiraFieldIds.storyPoints, [null, text(state.estimate)], [null, text(set.estimate)]))
  }
  if (set.sprints !== undefined)
    items.push(
      item('Sprint', jiraFieldIds.sprint, sprintPair(names.site, state.sprints), sprintPair(names.site, set.sprints)),
    )
  if (set.priority !== undefined)
    items.push(
      item('priority', 'priority', priorityPair(names.site, state.priority), priorityPair(names.site, set.priority)),
    )
  return items
}

/** A move into or out of the last column sets or empties the resolution in the same entry. */
function statusItems(site: JiraSite, team: CompanyTeam, from: StatusRole, to: StatusRole): JiraHistoryItem[] {
  const pair = (role: StatusRole): Pair => {
    const status = jiraStatusOf(site, team, role)
    return [status.id, status.name]
  }
  const items = [item('status', 'status', pair(from), pair(to))]
  const [before, after] = [resolutionOf(from), resolutionOf(to)]
  if (before?.id !== after?.id)
    items.unshift(
      item(
        'resolution',
        'resolution',
        [before?.id ?? null, before?.name ?? null],
        [after?.id ?? null, after?.name ?? null],
      ),
    )
  return items
}

function textItems(change: ShownChange, titles: string[], descriptions: string[]): JiraHistoryItem[] {
  if (change.edited === undefined) return []
  const texts = change.edited === 'title' ? titles : descriptions
  const field = change.edited === 'title' ? 'summary' : 'description'
  const before = texts.shift() ?? ''
  return [item(field, field, [null, before], [null, texts[0] ?? before])]
}

/** The site's status for a role on a team's board. */
export function jiraStatusOf(site: JiraSite, team: CompanyTeam, role: StatusRole) {
  const name = team.statuses.find((status) => status.role === role)?.name
  const status = site.statuses.find((candidate) => candidate.name === name)
  if (!status) throw new Error(`Team ${team.key} has no status for '${role}'.`)
  return status
}

/** The resolution that goes with a role; null: unresolved. */
export function resolutionOf(role: StatusRole): { id: string; name: string } | null {
  if (role === 'done') return { id: '10000', name: 'Done' }
  return role === 'canceled' ? { id: '10001', name: "Won't Do" } : null
}

type Pair = readonly [string | null, string | null]

function item(field: string, fieldId: string, [from, fromString]: Pair, [to, toText]: Pair): JiraHistoryItem {
  return {
    field,
    fieldId,
    fieldtype: fieldId.startsWith('customfield_') ? 'custom' : 'jira',
    from,
    fromString,
    to,
    toString: toText,
  }
}

function text(value: number | null): string | null {
  return value === null ? null : String(value)
}

function sprintPair(site: JiraSite, sprints: readonly number[]): Pair {
  const ids = sprints.map((index) => index + 1)
  return [
    ids.join(', '),
    ids.map((id) => site.sprints.find((sprint) => sprint.id === id)?.name ?? String(id)).join(', '),
  ]
}

function priorityPair(site: JiraSite, priority: ShownState['priority']): Pair {
  const name = jiraPriorityNames[priority]
  return [site.priorities.find((candidate) => candidate.name === name)?.id ?? null, name]
}

/** Dragging cards writes ranks, and people link tickets: entries that say nothing about the work. */
function noise(company: Company, ticket: CompanyTicket): { at: number; author: number; items: JiraHistoryItem[] }[] {
  const random = createRandom(`${company.seed}/noise-${ticket.index}`)
  const someone = () => (random.chance(0.7) ? ticket.reporter : (ticket.changes.at(-1)?.author ?? ticket.reporter))
  const begun = ticket.changes.find((change) => change.set.status !== undefined)?.at ?? company.until
  const entries = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => ({
    at: Math.round(ticket.createdAt + 60_000 + random.next() * Math.min(20 * dayMs, begun - ticket.createdAt)),
    author: someone(),
    items: random.chance(0.75)
      ? [item('Rank', 'customfield_10019', ['', ''], ['', random.chance(0.5) ? 'Ranked higher' : 'Ranked lower'])]
      : [
          item(
            'Link',
            'issuelinks',
            [null, null],
            [
              `${company.teams[ticket.team]?.key}-${random.int(1, Math.max(1, ticket.number))}`,
              'This issue relates to another one',
            ],
          ),
        ],
  }))
  return entries.filter((entry) => entry.at <= company.until)
}
