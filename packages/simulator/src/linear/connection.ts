import { invalidInput } from './errors.ts'

export interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
  readonly includeArchived?: boolean | null
  readonly orderBy?: 'createdAt' | 'updatedAt' | null
  readonly sort?:
    | readonly { readonly [field: string]: { readonly order?: 'Ascending' | 'Descending' | null } | null | undefined }[]
    | null
}

interface PageRow {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly archivedAt?: string | null
}

export interface Connection<T> {
  readonly nodes: readonly T[]
  readonly edges: readonly { readonly cursor: string; readonly node: T }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

export const pageSizeDefault = 50
const pageSizeMax = 250

/**
 * A page of rows. `orderBy` is always newest first; only `sort` can ascend. Ties are broken by id. A cursor carries the
 * id of a row alone, whose present place counts: a row that was edited between two pages takes the walk along.
 * `matches` filters; a cursor's row need not match any more, but must exist among `rows`.
 */
export function pageOf<T extends PageRow>(
  rows: Iterable<T>,
  page: PageArguments,
  matches: (row: T) => boolean = () => true,
): Connection<T> {
  const first = page.first ?? pageSizeDefault
  if (first > pageSizeMax) throw invalidInput(`first must not be greater than ${pageSizeMax}`)
  if (first < 1) throw invalidInput('first must not be less than 1')
  const compare = orderOf<T>(page)
  // An iterator can be walked only once, and a cursor needs a walk of its own.
  const all = Array.from(rows)
  const after = page.after ? rowAt(all, page.after) : null
  const left: T[] = []
  let before = false
  for (const row of all) {
    if (page.includeArchived !== true && row.archivedAt) continue
    if (!matches(row)) continue
    if (after === null || compare(row, after) > 0) left.push(row)
    else before = true
  }
  const nodes = left.sort(compare).slice(0, first)
  const cursor = (row: T | undefined) => (row === undefined ? null : cursorOf(row, page))
  return {
    nodes,
    get edges() {
      return nodes.map((node) => ({ cursor: cursorOf(node, page), node }))
    },
    pageInfo: {
      hasNextPage: left.length > nodes.length,
      hasPreviousPage: before,
      startCursor: cursor(nodes[0]),
      endCursor: cursor(nodes.at(-1)),
    },
  }
}

function orderOf<T extends PageRow>({ orderBy, sort }: PageArguments): (left: T, right: T) => number {
  const steps: { readonly field: 'createdAt' | 'updatedAt'; readonly sign: number }[] = []
  for (const entry of sort ?? [])
    for (const field of ['createdAt', 'updatedAt'] as const)
      if (entry[field]) steps.push({ field, sign: entry[field].order === 'Descending' ? -1 : 1 })
  if (steps.length === 0) steps.push({ field: orderBy ?? 'createdAt', sign: -1 })
  return (left, right) => {
    for (const { field, sign } of steps) {
      // ISO times of one length order as texts.
      if (left[field] < right[field]) return -sign
      if (left[field] > right[field]) return sign
    }
    return left.id < right.id ? -1 : left.id > right.id ? 1 : 0
  }
}

function cursorOf(row: PageRow, { sort }: PageArguments): string {
  if (!sort || sort.length === 0) return row.id
  return Buffer.from(JSON.stringify({ key: row.id, groups: ['', ''] })).toString('base64')
}

function rowAt<T extends PageRow>(rows: readonly T[], cursor: string): T {
  const id = cursor.startsWith('ey') ? sortedCursorId(cursor) : cursor
  for (const row of rows) if (row.id === id) return row
  throw invalidInput('after is not a valid cursor')
}

function sortedCursorId(cursor: string): string {
  try {
    return String(JSON.parse(Buffer.from(cursor, 'base64').toString('utf8')).key)
  } catch {
    throw invalidInput('after is not a valid cursor')
  }
}
