import { customFieldTypes } from '../jira/render-sprint.ts'
import type { JiraField, JiraIssueRecord, JiraSite, JiraSprint, JiraStatusCategoryKey, JiraUser } from '../jira/site.ts'
import { jiraUserValue } from '../jira/values.ts'

/** Gathers the small tables of a site from what its issues mention. */
export interface SiteCollector {
  /** The value to keep for a field: the same object for the same status, person and so on, which saves most of the memory. */
  value(field: string, value: unknown): unknown
  /** The key of a person, who is remembered; `null` when nobody is named. */
  userKey(value: unknown): string | null
  sprint(sprint: JiraSprint, projectKey: string): void
  sprintField(id: string): void
  historyField(name: string): void
  site(issues: Map<string, JiraIssueRecord>): JiraSite
}

type Json = Readonly<Record<string, unknown>>

const tables = ['project', 'status', 'issuetype', 'priority', 'resolution'] as const
type TableName = (typeof tables)[number]

export function createCollector(kind: JiraSite['kind']): SiteCollector {
  const rows = Object.fromEntries(tables.map((name) => [name, new Map<string, Json>()])) as Record<
    TableName,
    Map<string, Json>
  >
  const people = new Map<string, { readonly user: JiraUser; readonly shown: unknown }>()
  const fields = new Map<string, FieldUse>()
  const sprints = new Map<number, { readonly sprint: JiraSprint; readonly projectKey: string }>()
  const historyFields = new Set<string>()

  function person(value: Json): { readonly user: JiraUser; readonly shown: unknown } {
    const user = userOf(value)
    const known = people.get(user.key)
    if (known !== undefined) return known
    const fresh = { user, shown: kind === 'cloud' ? jiraUserValue({ kind, baseUrl: '' }, user) : value }
    people.set(user.key, fresh)
    return fresh
  }
  function shared(value: unknown): unknown {
    return isPerson(value) ? person(value).shown : value
  }
  return {
    value: (field, value) => {
      noteField(fields, field, value)
      const table = tables.find((name) => name === field)
      if (table !== undefined && isJson(value)) return interned(rows[table], table, value, kind)
      return Array.isArray(value) ? value.map(shared) : shared(value)
    },
    userKey: (value) => (isPerson(value) ? person(value).user.key : null),
    sprint: (sprint, projectKey) => sprints.set(sprint.id, { sprint, projectKey }),
    sprintField: (id) => fields.set(id, { filled: 1, numbers: 0, sprint: true }),
    historyField: (name) => historyFields.add(name),
    site: (issues) => ({
      kind,
      baseUrl: '',
      serverTime: () => Date.now(),
      users: [...people.values()].map(({ user }) => user),
      ...smallTables(rows),
      fields: fieldsOf(fields, historyFields.has('Story Points')),
      ...boardsOf([...sprints.values()]),
      issues,
    }),
  }
}

interface FieldUse {
  readonly filled: number
  readonly numbers: number
  readonly sprint: boolean
}

function noteField(fields: Map<string, FieldUse>, id: string, value: unknown): void {
  const { filled, numbers, sprint } = fields.get(id) ?? { filled: 0, numbers: 0, sprint: false }
  const isNumber = typeof value === 'number' ? 1 : 0
  if (!sprint) fields.set(id, { filled: filled + (value === null ? 0 : 1), numbers: numbers + isNumber, sprint })
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPerson(value: unknown): value is Json {
  return isJson(value) && 'displayName' in value && ('key' in value || 'name' in value)
}

function userOf(value: Json): JiraUser {
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : null)
  const key = text('key') ?? text('name') ?? 'unknown'
  return {
    key,
    name: text('name') ?? key,
    displayName: text('displayName') ?? key,
    emailAddress: text('emailAddress'),
    timeZone: text('timeZone'),
    active: value.active !== false,
    accountType: 'atlassian',
  }
}

function interned(rows: Map<string, Json>, table: TableName, value: Json, kind: JiraSite['kind']): Json {
  const id = String(value.id)
  const known = rows.get(id)
  if (known !== undefined) return known
  const row = kind === 'cloud' && table === 'issuetype' ? { ...value, hierarchyLevel: hierarchyLevel(value) } : value
  rows.set(id, row)
  return row
}

function hierarchyLevel(type: Json): number {
  if (type.subtask === true) return -1
  return type.name === 'Epic' ? 1 : 0
}

const categoryKeys: readonly JiraStatusCategoryKey[] = ['undefined', 'new', 'indeterminate', 'done']

function smallTables(rows: Record<TableName, Map<string, Json>>) {
  const named = (table: TableName) =>
    [...rows[table].values()].map((row) => ({ id: String(row.id), name: String(row.name), row }))
  return {
    projects: named('project').map(({ id, name, row }) => ({
      id,
      name,
      key: String(row.key),
      style: 'classic' as const,
    })),
    statuses: named('status').map(({ id, name, row }) => {
      const key = isJson(row.statusCategory) ? row.statusCategory.key : undefined
      return { id, name, category: categoryKeys.find((category) => category === key) ?? 'undefined' }
    }),
    issueTypes: named('issuetype').map(({ id, name, row }) => ({
      id,
      name,
      subtask: row.subtask === true,
      hierarchyLevel: hierarchyLevel(row),
    })),
    priorities: named('priority').map(({ id, name }) => ({ id, name })),
  }
}

/**
 * Raw issues name custom fields by id alone. The sprint field is known by its values; the estimate is taken to be the
 * field that most often holds a number, where histories tell that there are story points.
 */
function fieldsOf(fields: ReadonlyMap<string, FieldUse>, hasStoryPoints: boolean): JiraField[] {
  const custom = [...fields].filter(([id]) => id.startsWith('customfield_'))
  const byNumbers = custom.filter(([, { numbers }]) => numbers > 0).sort(([, a], [, b]) => b.numbers - a.numbers)
  const points = hasStoryPoints ? byNumbers[0]?.[0] : undefined
  return [...fields].map(([id, { sprint }]) => {
    if (!id.startsWith('customfield_')) return { id, name: id, custom: false, schema: { type: 'any', system: id } }
    const customId = Number(id.slice('customfield_'.length))
    if (sprint)
      return {
        id,
        name: 'Sprint',
        custom: true,
        schema: { type: 'array', items: 'string', custom: customFieldTypes.sprint, customId },
      }
    if (id === points)
      return {
        id,
        name: 'Story Points',
        custom: true,
        schema: { type: 'number', custom: customFieldTypes.float, customId },
      }
    return { id, name: id, custom: true, schema: { type: 'any', custom: 'unknown', customId } }
  })
}

function boardsOf(found: readonly { readonly sprint: JiraSprint; readonly projectKey: string }[]) {
  const projects = new Map(found.map(({ sprint, projectKey }) => [sprint.originBoardId, projectKey]))
  const boards = [...projects].map(([id, projectKey]) => ({
    id,
    name: `Board ${id}`,
    type: 'scrum' as const,
    projectKey,
    columns: [],
    estimationFieldId: null,
  }))
  return { boards, sprints: found.map(({ sprint }) => sprint) }
}
