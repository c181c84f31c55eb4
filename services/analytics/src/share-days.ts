import { countedDays, type EffortSettings, type LocalDate, shareClaims } from '@headroom/domain'
import {
  type Db,
  deletePersonDays,
  type EffortRow,
  type PersonDayKey,
  type PersonDayRow,
  readClaimedDays,
  readEffortOfDays,
  readMemberships,
  readMonthsOfEffort,
  readPersonDays,
  readSpansOfPeople,
  writePersonDays,
  writeUnits,
} from '@headroom/store'
import { teamOnDay } from './team-on-day.ts'
import type { WorkingPeople } from './working-people.ts'

export interface DaysToShare {
  /** Person-days on which a claim differs. */
  readonly days: readonly PersonDayKey[]
  /** People whose presence differs: their capacity is counted again. */
  readonly personIds: readonly string[]
  readonly people: WorkingPeople
  readonly settings: EffortSettings
  readonly asOf: LocalDate
}

/** Counts the capacity of the touched people again, and shares the touched days among the tickets that claim them. */
export async function shareDays(tx: Db, work: DaysToShare): Promise<void> {
  const daysBefore = new Map((await readPersonDays(tx, work.personIds)).map((row) => [keyOf(row), row]))
  const capacity = await countCapacity(tx, work)
  const days = new Map(work.days.map((day) => [keyOf(day), day]))
  for (const day of capacity.values()) {
    if (daysBefore.get(keyOf(day))?.capacityUnits !== day.capacityUnits) days.set(keyOf(day), day)
  }
  const rows = await readEffortOfDays(tx, [...days.values()])
  const tracked = await writeShares(tx, rows, capacity, work)
  await writeDays(tx, { work, daysBefore, capacity, shared: days, tracked })
}

interface Capacity extends PersonDayKey {
  readonly capacityUnits: number
}

async function countCapacity(
  tx: Db,
  { personIds, people, settings, asOf }: DaysToShare,
): Promise<Map<string, Capacity>> {
  const spans = Map.groupBy(await readSpansOfPeople(tx, personIds), (span) => span.personId)
  const claimedDays = await readClaimedDays(tx, personIds)
  const memberships = Map.groupBy(await readMemberships(tx, personIds), (m) => m.personId)
  const capacity = new Map<string, Capacity>()
  for (const personId of personIds) {
    const time = people.byId.get(personId)
    if (!time) continue
    const presence = { activeSpans: spans.get(personId) ?? [], claimedDays: claimedDays.get(personId) ?? [] }
    for (const day of countedDays(presence, time, settings, asOf, memberships.get(personId))) {
      capacity.set(keyOf({ personId, day: day.day }), { personId, ...day })
    }
  }
  return capacity
}

/** Shares each day and writes the units that differ; answers what is tracked by day. */
async function writeShares(
  tx: Db,
  rows: readonly EffortRow[],
  capacity: ReadonlyMap<string, Capacity>,
  { people, settings }: DaysToShare,
): Promise<Map<string, number>> {
  const tracked = new Map<string, number>()
  const changed: EffortRow[] = []
  for (const [key, claims] of Map.groupBy(rows, keyOf)) {
    const time = people.byId.get(claims[0]?.personId ?? '')
    const units = time ? (capacity.get(key)?.capacityUnits ?? 0) : 0
    const withWeights = claims.map((c) => ({
      ...c,
      weights: { default: c.weight, equal: c.weightEqual, points: c.weightPoints },
    }))
    const shares = new Map((time ? shareClaims(units, withWeights, time, settings) : []).map((s) => [s.ticketId, s]))
    let sum = 0
    for (const claim of claims) {
      const share = shares.get(claim.ticketId) ?? { units: 0, unitsEqual: 0, unitsPoints: 0 }
      sum += share.units
      if (
        claim.units !== share.units ||
        claim.unitsEqual !== share.unitsEqual ||
        claim.unitsPoints !== share.unitsPoints
      ) {
        changed.push({ ...claim, units: share.units, unitsEqual: share.unitsEqual, unitsPoints: share.unitsPoints })
      }
    }
    tracked.set(key, sum)
  }
  await writeUnits(tx, changed)
  return tracked
}

interface DaysToWrite {
  readonly work: DaysToShare
  readonly daysBefore: ReadonlyMap<string, PersonDayRow>
  readonly capacity: ReadonlyMap<string, Capacity>
  /** Days that were shared again; the others keep what is tracked. */
  readonly shared: ReadonlyMap<string, PersonDayKey>
  readonly tracked: ReadonlyMap<string, number>
}

async function writeDays(tx: Db, { work, daysBefore, capacity, shared, tracked }: DaysToWrite): Promise<void> {
  const teams = teamOnDay(await readMemberships(tx, work.personIds), await readMonthsOfEffort(tx, work.personIds))
  const rows: PersonDayRow[] = []
  for (const [key, { personId, day, capacityUnits }] of capacity) {
    const before = daysBefore.get(key)
    const trackedUnits = shared.has(key) ? (tracked.get(key) ?? 0) : (before?.trackedUnits ?? 0)
    const row = { personId, day, teamId: teams(personId, day), capacityUnits, trackedUnits }
    if (
      !before ||
      before.teamId !== row.teamId ||
      before.capacityUnits !== capacityUnits ||
      before.trackedUnits !== trackedUnits
    )
      rows.push(row)
  }
  await deletePersonDays(
    tx,
    [...daysBefore.values()].filter((row) => !capacity.has(keyOf(row))),
  )
  await writePersonDays(tx, rows)
}

function keyOf({ personId, day }: PersonDayKey): string {
  return `${personId} ${day}`
}
