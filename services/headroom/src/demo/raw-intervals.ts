import { replayLines } from '@headroom/simulator'

/** A raw Jira issue, as far as its statuses and assignees go. */
export interface RawIssue {
  readonly id: string
  readonly key: string
  readonly fields: {
    readonly created: string
    readonly status: { readonly id: string }
    readonly assignee?: { readonly key?: string; readonly name?: string } | null
  }
  readonly changelog?: { readonly histories: readonly RawHistory[] }
}

interface RawHistory {
  readonly created: string
  readonly items: readonly { readonly field: string; readonly from?: string | null; readonly to?: string | null }[]
}

/** The issues of a file, one a line, packed or not. */
export async function* readRawIssues(file: string): AsyncIterable<RawIssue> {
  for await (const line of replayLines(file)) if (line.trim() !== '') yield JSON.parse(line) as RawIssue
}

/** A value and since when it held, in milliseconds. */
export type Since = readonly [at: number, value: string | null]

/** The statuses of an issue straight from its raw form, by another way than the converter's: for checking it. */
export function rawStatuses(issue: RawIssue): Since[] {
  return walk(issue, 'status', issue.fields.status.id)
}

/** The assignees of an issue straight from its raw form. */
export function rawAssignees(issue: RawIssue): Since[] {
  return walk(issue, 'assignee', issue.fields.assignee?.key ?? issue.fields.assignee?.name ?? null)
}

function walk(issue: RawIssue, field: string, current: string | null): Since[] {
  const created = Date.parse(issue.fields.created)
  const changes = (issue.changelog?.histories ?? [])
    .map((history, place) => ({ at: Date.parse(history.created), place, items: history.items }))
    .sort((a, b) => a.at - b.at || a.place - b.place)
    .flatMap(({ at, items }) =>
      items.filter((item) => item.field === field).map((item) => ({ at: Math.max(at, created), item })),
    )
  const values: Since[] = [[created, changes[0] ? emptyAsNull(changes[0].item.from) : current]]
  for (const { at, item } of changes) {
    // Two changes at one moment: the first never held.
    if (values.at(-1)?.[0] === at) values.pop()
    const value = emptyAsNull(item.to)
    if (values.length === 0 || values.at(-1)?.[1] !== value) values.push([at, value])
  }
  return values
}

function emptyAsNull(value: string | null | undefined): string | null {
  return value === '' || value === undefined ? null : value
}
