import { agreedWorkType } from '@headroom/domain'
import {
  inTransaction,
  markAuditApplied,
  readOverriddenIds,
  readTicketsOfAudit,
  type Store,
  setOverride,
  writeAudit,
} from '@headroom/store'

/** What became of an audit's labels. */
export type AppliedAudit =
  | {
      readonly kind: 'applied'
      readonly overrides: number
      /** Tickets whose readers disagree or could not tell. */
      readonly undecided: number
      /** Tickets that a person had decided about before: that stays. */
      readonly alreadyDecided: number
    }
  | { readonly kind: 'incomplete'; readonly open: number }
  | { readonly kind: 'applied-before' }

/**
 * Makes overrides of what the readers of an audit agree on, once every ticket has a label. The share that the audit
 * corrects stays the same: a drawn ticket goes on counting there by what was said before anybody read it.
 */
export async function applyAudit(store: Store, args: { auditId: string; actor: string }): Promise<AppliedAudit> {
  const { auditId, actor } = args
  return inTransaction(store, async (tx) => {
    const tickets = await readTicketsOfAudit(tx, auditId)
    const open = tickets.filter(({ labels }) => labels.length === 0).length
    if (open > 0) return { kind: 'incomplete', open }
    if (!(await markAuditApplied(tx, { auditId, actor }))) return { kind: 'applied-before' }
    const ids = tickets.map(({ ticketId }) => ticketId)
    const overridden = new Set(await readOverriddenIds(tx, ids))

    const agreed = tickets.flatMap(({ ticketId, labels }) => {
      const workType = agreedWorkType(labels)
      return workType === null ? [] : [{ ticketId, workType }]
    })
    const decided = agreed.filter(({ ticketId }) => !overridden.has(ticketId))

    for (const { ticketId, workType } of decided)
      await setOverride(tx, { ticketId, workType, note: 'label of an audit', actor, auditId })
    await writeAudit(tx, { actor, action: 'audit.apply', target: auditId, detail: { overrides: decided.length } })
    return {
      kind: 'applied',
      overrides: decided.length,
      undecided: tickets.length - agreed.length,
      alreadyDecided: agreed.length - decided.length,
    }
  })
}
