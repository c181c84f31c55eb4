import type { Claim } from './claims.ts'
import type { LocalDate } from './person.ts'

/** A ticket's claims together with the group in which they are weighed. */
export interface ClaimSet {
  readonly groupId: string
  readonly claims: readonly Claim[]
}

/** One person's local day. */
export interface PersonDate {
  readonly personId: string
  readonly day: LocalDate
}

/**
 * The person-days on which a ticket claims something else than before: those that must be shared again. A ticket that
 * moves to another group differs on all its days. Absences, calendars and part-time change capacities, not claims alone:
 * after such a change the changed dates of that person are dirty as well.
 */
export function diffClaims(before: ClaimSet | null, after: ClaimSet | null): PersonDate[] {
  const open = new Map((before?.claims ?? []).map((claim) => [keyOf(claim), claim]))
  const sameGroup = before?.groupId === after?.groupId
  const dirty: PersonDate[] = []
  for (const claim of after?.claims ?? []) {
    const old = open.get(keyOf(claim))
    open.delete(keyOf(claim))
    if (!(sameGroup && old && sameClaim(old, claim))) dirty.push({ personId: claim.personId, day: claim.day })
  }
  for (const { personId, day } of open.values()) dirty.push({ personId, day })
  return dirty
}

function keyOf({ personId, day }: PersonDate): string {
  return `${day} ${personId}`
}

function sameClaim(a: Claim, b: Claim): boolean {
  return (
    a.loggedSeconds === b.loggedSeconds &&
    a.weights.default === b.weights.default &&
    a.weights.equal === b.weights.equal &&
    a.weights.points === b.weights.points
  )
}
