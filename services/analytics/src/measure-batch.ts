import {
  activeSpans,
  type Claim,
  diffClaims,
  type EffortSettings,
  type LocalDate,
  type TicketForEffort,
  ticketClaims,
} from '@headroom/domain'
import {
  type ClaimRow,
  type Db,
  deleteClaims,
  type EffortRow,
  inTransaction,
  listConnections,
  lockEffort,
  type PersonDayKey,
  readEffortOfTickets,
  readSpansOfTickets,
  readTicketEffortFacts,
  replaceSpans,
  type SpanRow,
  type Store,
  settleWork,
  suggestTeams,
  type TicketEffortFacts,
  takeWork,
  writeClaims,
} from '@headroom/store'
import { refreshBulkEdits } from './bulk-edits.ts'
import { shareDays } from './share-days.ts'
import { readWorkingPeople, type WorkingPeople } from './working-people.ts'

const batchSize = 2000

/**
 * Measures one batch of changed tickets: what each claims now against what it claimed before; then shares again just the
 * person-days on which something differs. Answers how many tickets there were.
 */
export async function measureBatch(store: Store, settings: EffortSettings, asOf: LocalDate): Promise<number> {
  return inTransaction(store, async (tx) => {
    await lockEffort(tx)
    const work = await takeWork(tx, 'measure', batchSize)
    if (work.length === 0) return 0
    const ids = work.map((w) => w.ticketId)
    await suggestTeams(tx, ids)
    const bulkEdits = await refreshBulkEdits(tx, ids, settings)
    const tickets = (await readTicketEffortFacts(tx, ids)).map((ticket) => ({
      ...ticket,
      bulkEdits: bulkEdits.get(ticket.id) ?? [],
    }))
    const people = await peopleBehind(tx, tickets, asOf)
    const before = await readEffortOfTickets(tx, ids)
    const spansBefore = await readSpansOfTickets(tx, ids)

    const after = tickets.map((ticket) => claimsOf(ticket, people, settings, asOf))
    const dirtyDays = changedDays(before, after)
    const spans = tickets.flatMap((ticket) => spansOf(ticket, people, asOf))

    await writeChanges(tx, before, after)
    await replaceSpans(tx, ids, spans)
    // Also where no claim differs: somebody's hours, absences or team may.
    const claimed = after.flatMap((ticket) => ticket.claims)
    const touched = new Set([...before, ...claimed, ...spansBefore, ...spans].map((x) => x.personId))
    await shareDays(tx, { days: dirtyDays, personIds: [...touched], people, settings, asOf })
    await settleWork(tx, 'measure', work)
    return work.length
  })
}

/** All connections, since a person's day may hold tickets of several. */
async function peopleBehind(tx: Db, tickets: readonly TicketEffortFacts[], asOf: LocalDate): Promise<WorkingPeople> {
  const toYear = Number(asOf.slice(0, 4))
  const first = tickets.reduce((least, t) => Math.min(least, t.createdAt), Number.POSITIVE_INFINITY)
  const fromYear = Number.isFinite(first) ? new Date(first).getUTCFullYear() : toYear
  const connectionIds = (await listConnections(tx)).map((c) => c.id)
  return readWorkingPeople(tx, { connectionIds, fromYear, toYear })
}

interface TicketClaims {
  readonly ticketId: string
  readonly groupId: string
  readonly claims: readonly Claim[]
}

function claimsOf(
  ticket: TicketEffortFacts & Pick<TicketForEffort, 'bulkEdits'>,
  people: WorkingPeople,
  settings: EffortSettings,
  asOf: LocalDate,
): TicketClaims {
  const claims = ticketClaims(ticket, people.ofConnection(ticket.connectionId), settings, asOf)
  return { ticketId: ticket.id, groupId: ticket.groupId, claims }
}

function spansOf(ticket: TicketEffortFacts, people: WorkingPeople, asOf: LocalDate): SpanRow[] {
  return activeSpans(ticket, people.ofConnection(ticket.connectionId), asOf).map((span) => ({
    ticketId: ticket.id,
    ...span,
  }))
}

function changedDays(before: readonly EffortRow[], after: readonly TicketClaims[]): PersonDayKey[] {
  const old = Map.groupBy(before, (row) => row.ticketId)
  const days = new Map<string, PersonDayKey>()
  const note = (keys: readonly PersonDayKey[]) => {
    for (const key of keys) days.set(`${key.personId} ${key.day}`, key)
  }
  for (const ticket of after) {
    const rows = old.get(ticket.ticketId) ?? []
    old.delete(ticket.ticketId)
    const [first] = rows
    note(diffClaims(first ? { groupId: first.groupId, claims: rows.map(toClaim) } : null, ticket))
  }
  for (const rows of old.values()) note(rows)
  return [...days.values()]
}

function toClaim(row: EffortRow): Claim {
  const { personId, day, loggedSeconds } = row
  return {
    personId,
    day,
    loggedSeconds,
    weights: { default: row.weight, equal: row.weightEqual, points: row.weightPoints },
  }
}

async function writeChanges(tx: Db, before: readonly EffortRow[], after: readonly TicketClaims[]): Promise<void> {
  const key = (c: { personId: string; day: string; ticketId: string }) => `${c.personId} ${c.day} ${c.ticketId}`
  const rows = after.flatMap(toClaimRows)
  const kept = new Set(rows.map(key))
  const known = new Map(before.map((row) => [key(row), row]))
  await deleteClaims(
    tx,
    before.filter((row) => !kept.has(key(row))),
  )
  await writeClaims(
    tx,
    rows.filter((row) => !sameClaim(known.get(key(row)), row)),
  )
}

function toClaimRows({ ticketId, groupId, claims }: TicketClaims): ClaimRow[] {
  return claims.map(({ personId, day, weights, loggedSeconds }) => ({
    personId,
    day,
    ticketId,
    groupId,
    weight: weights.default,
    weightEqual: weights.equal,
    weightPoints: weights.points,
    loggedSeconds,
  }))
}

function sameClaim(a: ClaimRow | undefined, b: ClaimRow): boolean {
  return (
    a !== undefined &&
    a.groupId === b.groupId &&
    a.weight === b.weight &&
    a.weightEqual === b.weightEqual &&
    a.weightPoints === b.weightPoints &&
    a.loggedSeconds === b.loggedSeconds
  )
}
