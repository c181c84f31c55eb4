import { findIssue, type JiraContext } from './context.ts'
import { JiraRefusal } from './errors.ts'
import { jqlDateMs } from './jql-dates.ts'
import type { JqlClause, JqlField, JqlQuery, JqlValue } from './jql-parse.ts'
import type { IndexedIssue } from './search-index.ts'

export interface JqlRun {
  readonly matches: (issue: IndexedIssue) => boolean
  /** Total order: ties are broken by issue id, ascending, so that pages never overlap. */
  readonly compare: (left: IndexedIssue, right: IndexedIssue) => number
}

/** Binds a query to a site and to the time zone of the caller. Refuses values that the site does not know, as Jira does. */
export function prepareJql(context: JiraContext, query: JqlQuery, timeZone: string): JqlRun {
  const tests = query.clauses.map((clause) => clauseTest(context, clause, timeZone))
  // Jira's default order is newest first.
  const order = query.order.length === 0 ? [{ field: 'created' as const, descending: true }] : query.order
  const steps = order.map(({ field, descending }) => ({ sortKey: sortKeyOf(field), sign: descending ? -1 : 1 }))
  return {
    matches: (issue) => tests.every((test) => test(issue)),
    compare: (left, right) => {
      for (const { sortKey, sign } of steps) {
        const difference = compareKeys(sortKey(left), sortKey(right))
        if (difference !== 0) return difference * sign
      }
      return left.number - right.number
    },
  }
}

type SortKey = number | string

function compareKeys(left: SortKey, right: SortKey): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function sortKeyOf(field: JqlField): (issue: IndexedIssue) => SortKey {
  switch (field) {
    case 'created':
      return (issue) => issue.createdMs
    case 'updated':
      return (issue) => issue.updatedMs
    case 'key':
      return (issue) => {
        const [project = '', number = ''] = issue.record.key.split(/-(?=\d+$)/)
        return `${project} ${number.padStart(10, '0')}`
      }
    case 'id':
      return (issue) => issue.number
    default:
      return (issue) => namesOf(issue, field)[1] ?? ''
  }
}

/** Id, name and key under which the value of a field can be named in a query. */
function namesOf(issue: IndexedIssue, field: JqlField): string[] {
  const value = issue.record.fields[field]
  if (typeof value !== 'object' || value === null) return []
  const { id, name, key } = value as { id?: unknown; name?: unknown; key?: unknown }
  return [String(id), String(name), ...(key === undefined ? [] : [String(key)])]
}

function clauseTest(context: JiraContext, clause: JqlClause, timeZone: string): (issue: IndexedIssue) => boolean {
  const { field, operator, values } = clause
  if (field === 'created' || field === 'updated') return dateTest(context, clause, timeZone)
  if (field === 'key' || field === 'id') return idTest(context, clause)
  if (!['=', '!=', 'in', 'not in'].includes(operator))
    throw new JiraRefusal(400, `The operator '${operator}' is not supported by the '${field}' field.`)
  const wanted = new Set(values.map((value) => knownValue(context, field, value).toLowerCase()))
  const negated = operator === '!=' || operator === 'not in'
  const known = new Map<unknown, boolean>()
  return (issue) => {
    const value = issue.record.fields[field]
    const remembered = known.get(value)
    if (remembered !== undefined) return remembered
    const holds = namesOf(issue, field).some((name) => wanted.has(name.toLowerCase())) !== negated
    known.set(value, holds)
    return holds
  }
}

function knownValue({ site }: JiraContext, field: 'project' | 'issuetype' | 'status', { text }: JqlValue): string {
  const list: readonly { id: string; name: string; key?: string }[] =
    field === 'project' ? site.projects : field === 'status' ? site.statuses : site.issueTypes
  const wanted = text.toLowerCase()
  const known = list.some((entry) => [entry.id, entry.name, entry.key].some((name) => name?.toLowerCase() === wanted))
  if (!known) throw new JiraRefusal(400, `The value '${text}' does not exist for the field '${field}'.`)
  return text
}

function dateTest(context: JiraContext, clause: JqlClause, timeZone: string): (issue: IndexedIssue) => boolean {
  const [value] = clause.values
  if (value === undefined || clause.values.length !== 1)
    throw new JiraRefusal(400, `The operator '${clause.operator}' is not supported by the '${clause.field}' field.`)
  const bound = jqlDateMs(value, timeZone, context.site.serverTime())
  const read = clause.field === 'created' ? (i: IndexedIssue) => i.createdMs : (i: IndexedIssue) => i.updatedMs
  return numberTest(clause.operator, bound, read)
}

function numberTest(operator: JqlClause['operator'], bound: number, read: (issue: IndexedIssue) => number) {
  switch (operator) {
    case '>':
      return (issue: IndexedIssue) => read(issue) > bound
    case '>=':
      return (issue: IndexedIssue) => read(issue) >= bound
    case '<':
      return (issue: IndexedIssue) => read(issue) < bound
    case '<=':
      return (issue: IndexedIssue) => read(issue) <= bound
    case '!=':
      return (issue: IndexedIssue) => read(issue) !== bound
    default:
      return (issue: IndexedIssue) => read(issue) === bound
  }
}

/** A key or id that is unknown, deleted or invisible makes the whole query fail: a trap of Jira's that is kept. */
function idTest(context: JiraContext, clause: JqlClause): (issue: IndexedIssue) => boolean {
  const numbers = clause.values.map(({ text }) => {
    const issue = findIssue(context.site, text)
    if (issue === undefined)
      throw new JiraRefusal(400, `An issue with key '${text}' does not exist for field '${clause.field}'.`)
    return Number(issue.id)
  })
  const [first = 0] = numbers
  const wanted = new Set(numbers)
  if (clause.operator === 'in') return (issue) => wanted.has(issue.number)
  if (clause.operator === 'not in') return (issue) => !wanted.has(issue.number)
  return numberTest(clause.operator, first, (issue) => issue.number)
}
