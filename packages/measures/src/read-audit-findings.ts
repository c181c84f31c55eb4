import { type Agreement, agreementOf, type Share } from '@headroom/domain'
import { type Audit, type Db, readTicketsOfAudit } from '@headroom/store'
import { type ModelDoubt, readSplit } from './read-split.ts'

/** What an audit has found so far. */
export interface AuditFindings {
  readonly agreement: Agreement
  /** The strategic share of the audited days and team by this audit alone; null without a label or without effort. */
  readonly corrected: Share | null
  /** The same as it would be said without any audit. */
  readonly uncorrected: Share | null
}

/** Agreement, confusion and the share with and without what the readers of an audit found. */
export async function readAuditFindings(db: Db, audit: Audit, model: ModelDoubt): Promise<AuditFindings> {
  const tickets = await readTicketsOfAudit(db, audit.id)
  const query = { from: audit.from, to: audit.to, grain: 'total', basis: 'effort' } as const
  const scope = audit.teamId === null ? ({ by: 'none' } as const) : ({ by: 'team', teamId: audit.teamId } as const)
  const shareBy = async (audited: typeof tickets) => {
    const [row] = await readSplit(db, { ...query, ...scope, audited }, model)
    return row?.strategicShare ?? null
  }
  return {
    agreement: agreementOf(tickets),
    corrected: tickets.some(({ labels }) => labels.length > 0) ? await shareBy(tickets) : null,
    uncorrected: await shareBy([]),
  }
}
