/**
 * What there is to know of a ticket, told from the simulator's records alone. Times are milliseconds since the epoch. Of a
 * ticket that is gone nothing but that can be known.
 */
export type TrueTicket = { readonly gone: true } | ({ readonly gone: false } & TrueState)

interface TrueState {
  readonly key: string
  /** Sorted. */
  readonly formerKeys: readonly string[]
  readonly title: string
  readonly description: string
  /** Key of the Jira project or Linear team. */
  readonly place: string
  readonly status: string
  readonly assignee: string | null
  readonly estimate: number | null
  readonly archived: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly comments: number
  /** The status ids of its life with the times from which they held, oldest first. */
  readonly statuses: readonly TrueStretch[]
  /** The same of assignees. */
  readonly assignees: readonly TrueStretch[]
}

export type TrueStretch = readonly [from: number, value: string | null]

/** The values over time from a first one and its changes: what did not last, or changed nothing, is left out. */
export function stretchesOf(
  createdAt: number,
  current: string | null,
  changes: readonly { readonly at: number; readonly from: string | null; readonly to: string | null }[],
): TrueStretch[] {
  const first = changes[0] ? changes[0].from : current
  const all: TrueStretch[] = [[createdAt, first], ...changes.map(({ at, to }): TrueStretch => [at, to])]
  const lasting = all.filter(([from], i) => all[i + 1]?.[0] !== from)
  return lasting.filter(([, value], i) => i === 0 || lasting[i - 1]?.[1] !== value)
}
