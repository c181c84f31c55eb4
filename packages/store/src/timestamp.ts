import type { EpochMs } from '@headroom/domain'

/** An instant as PostgreSQL reads it in a list or a record. */
export function timestamp(at: EpochMs): string {
  return new Date(at).toISOString()
}
