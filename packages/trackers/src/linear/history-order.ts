import type { LinearHistoryRow, LinearIssue } from './schema.ts'

/** Fields of which a row tells the values before and after, and which the issue itself has as they are now. */
const fields = ['State', 'Team', 'Assignee', 'Project', 'Parent', 'Estimate'] as const
type Field = (typeof fields)[number]
type Value = string | number | null
type Values = Readonly<Record<Field, Value>>

/**
 * A ticket's history, oldest first. Rows of the same millisecond come in no order of time (their ids are random), so
 * they are put in the one that fits: walking back from the values that the issue has now, each row must end with the value
 * that the next begins with. Where no order does, Linear's stays: newest first.
 */
export function rowsInOrder(issue: LinearIssue): LinearHistoryRow[] {
  const unique = [...new Map(issue.history.nodes.map((row) => [row.id, row])).values()]
  const byTime = Map.groupBy(unique, (row) => row.createdAt)
  let values = valuesOf(issue)
  const newestFirst: LinearHistoryRow[] = []
  for (const time of [...byTime.keys()].sort((a, b) => b - a)) {
    const ties = byTime.get(time) ?? []
    for (const row of (ties.length <= tiesMax && chain(ties, values)) || ties) {
      values = valuesBefore(row, values)
      newestFirst.push(row)
    }
  }
  return newestFirst.reverse()
}

/** An order is searched among all orders; so many changes in one millisecond are those of a program, and keep Linear's. */
const tiesMax = 7

/** The rows, newest first, so that each ends with the values that the one before it in the list begins with; null: no order fits. */
function chain(rows: readonly LinearHistoryRow[], values: Values): LinearHistoryRow[] | null {
  if (rows.length === 0) return []
  for (const row of rows) {
    if (!endsWith(row, values)) continue
    const rest = chain(
      rows.filter((other) => other !== row),
      valuesBefore(row, values),
    )
    if (rest) return [row, ...rest]
  }
  return null
}

function valuesBefore(row: LinearHistoryRow, values: Values): Values {
  const changed = fields.filter((field) => changes(row, field)).map((field) => [field, before(row, field)] as const)
  return { ...values, ...Object.fromEntries(changed) }
}

function valuesOf(issue: LinearIssue): Values {
  return {
    State: issue.state.id,
    Team: issue.team?.id ?? null,
    Assignee: issue.assignee,
    Project: issue.project?.id ?? null,
    Parent: issue.parent?.id ?? null,
    Estimate: issue.estimate,
  }
}

function endsWith(row: LinearHistoryRow, values: Values): boolean {
  return fields.every((field) => !changes(row, field) || after(row, field) === values[field])
}

function changes(row: LinearHistoryRow, field: Field): boolean {
  return before(row, field) !== after(row, field)
}

function before(row: LinearHistoryRow, field: Field): Value {
  return (field === 'Estimate' ? row.fromEstimate : row[`from${field}Id`]) ?? null
}

function after(row: LinearHistoryRow, field: Field): Value {
  return (field === 'Estimate' ? row.toEstimate : row[`to${field}Id`]) ?? null
}
