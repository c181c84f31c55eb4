import type { Sprint } from '@headroom/domain'
import { z } from 'zod'
import { referencesReader } from '../stored-references.ts'
import { parseTime } from '../timestamp.ts'

/** What converting a Linear issue depends on beside the issue. Stored as plain JSON. */
export interface LinearReferences {
  /** State id → name and type (`triage`, `backlog`, `unstarted`, `started`, `completed`, `canceled`, `duplicate`). */
  readonly states: Readonly<Record<string, { readonly name: string; readonly type: string }>>
  /** User id → display name. */
  readonly users: Readonly<Record<string, string>>
  /** Label id → its name, with the group's before it (`Area/Billing`), because leaf names repeat. */
  readonly labels: Readonly<Record<string, string>>
  readonly cycles: Readonly<Record<string, Sprint>>
  /** Project id → name. */
  readonly projects: Readonly<Record<string, string>>
}

const time = z.number().nullable()

const references = z.object({
  states: z.record(z.string(), z.object({ name: z.string(), type: z.string() })),
  users: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  cycles: z.record(
    z.string(),
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.enum(['future', 'active', 'closed']),
      startsAt: time,
      endsAt: time,
      completedAt: time,
    }),
  ),
  projects: z.record(z.string(), z.string()),
})

/** Reads stored references; throws TrackerProtocolError when they are not what `readReferences` of a Linear tracker gave. */
export const linearReferences: (stored: object) => LinearReferences = referencesReader(references)

const cycle = z.object({
  id: z.string(),
  number: z.number(),
  name: z.string().nullish(),
  startsAt: z.unknown().optional(),
  endsAt: z.unknown().optional(),
  completedAt: z.unknown().optional(),
})

/** A cycle in our words; `now` tells which one runs. Null when it is not readable. */
export function cycleToSprint(value: unknown, now: number): Sprint | null {
  const found = cycle.safeParse(value).data
  if (!found) return null
  const startsAt = parseTime(found.startsAt)
  const endsAt = parseTime(found.endsAt)
  const completedAt = parseTime(found.completedAt)
  const isClosed = completedAt !== null || (endsAt !== null && endsAt <= now)
  const isFuture = startsAt !== null && startsAt > now
  return {
    id: found.id,
    name: found.name || `Cycle ${found.number}`,
    state: isClosed ? 'closed' : isFuture ? 'future' : 'active',
    startsAt,
    endsAt,
    completedAt,
  }
}
