import {
  type AuditedTicket,
  type Category,
  type CategoryProbabilities,
  drawAudit,
  type TicketEffort,
  type WorkType,
} from '@headroom/domain'
import type { Chance } from '../random.ts'

/** How the simulated model goes wrong. */
export type Regime = 'calibrated' | 'shift' | 'size' | 'overconfident'

/** A ticket whose true category is known. */
export interface KnownTicket {
  readonly ticketId: string
  readonly units: number
  readonly truth: Category
  readonly probabilities: CategoryProbabilities
  readonly permanentNumber: number
}

export interface PopulationArgs {
  readonly chance: Chance
  readonly regime: Regime
  readonly tickets: number
  /** True strategic share of tickets. */
  readonly share: number
  readonly prefix?: string
  /** Added to the model's log odds: what it gets wrong for this team alone. */
  readonly teamShift?: number
}

/** Strategic tickets score this much higher than others, in standard deviations: an AUC of 0.91. */
const separation = 1.9

/**
 * Tickets with effort that spreads log-normally (sigma 1) and a model of AUC 0.91 that is right on average, or trained where 16 % were strategic
 * (`shift`), or blind for large strategic work (`size`), or too sure of itself (`overconfident`, log odds x 1.8).
 */
export function population(args: PopulationArgs): KnownTicket[] {
  const { chance, regime, tickets, share } = args
  const prior = regime === 'shift' ? 0.16 : share
  return Array.from({ length: tickets }, (_, i): KnownTicket => {
    const size = chance.normal()
    const isStrategic = chance.uniform() < share
    const truth: Category = isStrategic ? 'strategic' : chance.uniform() < 0.55 ? 'feature' : 'sustaining'
    const blind = regime === 'size' && isStrategic ? Math.max(0, size) * 1.2 : 0
    const score = chance.normal() + (isStrategic ? separation - blind : 0)
    const logOdds = separation * (score - separation / 2) + Math.log(prior / (1 - prior)) + (args.teamShift ?? 0)
    const p = 1 / (1 + Math.exp(-(regime === 'overconfident' ? 1.8 : 1) * logOdds))
    const feature = (1 - p) * (truth === 'sustaining' ? 0.2 : 0.8)
    return {
      ticketId: `${args.prefix ?? 't'}${i}`,
      units: Math.exp(size),
      truth,
      probabilities: { feature, strategic: p, sustaining: 1 - p - feature },
      permanentNumber: chance.uniform(),
    }
  })
}

export function trueShare(tickets: readonly KnownTicket[]): number {
  return units(tickets.filter(({ truth }) => truth === 'strategic')) / units(tickets)
}

function units(tickets: readonly KnownTicket[]): number {
  return tickets.reduce((total, ticket) => total + ticket.units, 0)
}

export function asEffort(tickets: readonly KnownTicket[]): TicketEffort[] {
  return tickets.map(({ ticketId, units: w, probabilities }) => ({
    ticketId,
    units: w,
    unitsEqual: w,
    unitsPoints: w,
    classification: { probabilities, unclassified: false, decidedBy: 'model' },
  }))
}

const workTypeOf = { feature: 'enhancement', strategic: 'debt', sustaining: 'defect' } as const satisfies Record<
  Category,
  WorkType
>

export interface ReadingArgs {
  readonly chance: Chance
  readonly size: number
  /** Chance that a reader says another category than the true one. */
  readonly readerError: number
  /** Part of the tickets that a second person reads. */
  readonly doubleRead: number
  readonly audit?: AuditedTicket['audit']
}

export const quarter: AuditedTicket['audit'] = { id: 'audit', from: '2026-07-01', to: '2026-09-30', teamId: null }

/** An audit of all these tickets, read by people who err at a given rate. */
export function readAudit(tickets: readonly KnownTicket[], args: ReadingArgs): AuditedTicket[] {
  const byId = new Map(tickets.map((ticket) => [ticket.ticketId, ticket]))
  return drawAudit(tickets, { size: args.size }).flatMap((drawn) => {
    const ticket = byId.get(drawn.ticketId)
    if (!ticket) return []
    const readers = args.chance.uniform() < args.doubleRead ? ['a', 'b'] : ['a']
    const labels = readers.map((reader) => ({ reader, workType: workTypeOf[saidOf(ticket.truth, args)] }))
    return { ...drawn, audit: args.audit ?? quarter, units: ticket.units, probabilities: ticket.probabilities, labels }
  })
}

function saidOf(truth: Category, { chance, readerError }: ReadingArgs): Category {
  if (chance.uniform() >= readerError) return truth
  if (truth !== 'strategic') return 'strategic'
  return chance.uniform() < 0.6 ? 'feature' : 'sustaining'
}
