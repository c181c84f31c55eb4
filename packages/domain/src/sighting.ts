import type { EpochMs } from './ticket.ts'

/** A ticket in a tracker's list, not read: enough to tell whether what is stored of it still holds. */
export interface Sighting {
  readonly externalId: string
  /** The tracker's time of the last change; null where the list does not say it readably. */
  readonly updatedAt: EpochMs | null
  /** Null: not archived. Absent where the list does not tell. */
  readonly archivedAt?: EpochMs | null
  /** In the tracker's trash. Absent where the list does not tell. */
  readonly trashed?: boolean
}
