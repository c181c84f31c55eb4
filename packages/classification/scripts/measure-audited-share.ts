import {
  type AuditedTicket,
  type CategoryProbabilities,
  categoryOf,
  drawAudit,
  measureSplit,
  type TicketEffort,
} from '@headroom/domain'
import { categorySums } from '../src/calibrate.ts'
import { seededRandom } from '../src/train/random.ts'
import type { LabelledTicket } from './read-data.ts'

/** The strategic share of left-out projects as the split estimates it, over many draws of effort and of the audit. */
export interface AuditedShareFigures {
  readonly projects: number
  readonly resamplings: number
  readonly audits: number
  /** Root mean square error, and how often and how wide the 90 % interval was: without and with the audits. */
  readonly unaudited: ShareQuality
  readonly audited: ShareQuality
  /** Root mean square error of counting each ticket's most probable category. */
  readonly hardCountError: number
}

interface ShareQuality {
  readonly error: number
  readonly covered: number
  readonly width: number
}

const audits = 40
/** As many tickets as a team has in a quarter. */
const teamTickets = 120
const ticketsMin = teamTickets
const resamplings = 1000
const days = { from: '2026-07-01', to: '2026-09-30' }

/**
 * Draws, 1,000 times in all, a team's quarter from a left-out project: 120 of the tickets that were drawn at random within it,
 * with efforts that scatter log-normally by a factor of e; has 40 of them audited; and compares the split with the labels.
 */
export function measureAuditedShare(
  said: Float64Array,
  tickets: readonly LabelledTicket[],
  shareErrorSd: number,
): AuditedShareFigures {
  const natural = [...tickets.keys()].filter((row) => tickets[row]?.sampled === 'natural')
  const projects = [...Map.groupBy(natural, (row) => tickets[row]?.project ?? '').values()].filter(
    (rows) => rows.length >= ticketsMin,
  )
  const random = seededRandom(20261106)
  const results = Array.from({ length: resamplings }, (_, i) => {
    const rows = shuffled(projects[i % projects.length] ?? [], random).slice(0, teamTickets)
    return oneQuarter(rows, said, tickets, shareErrorSd, random)
  })
  return {
    projects: projects.length,
    resamplings,
    audits,
    unaudited: qualityOf(results.map((result) => ({ ...result.unaudited, truth: result.truth }))),
    audited: qualityOf(results.map((result) => ({ ...result.audited, truth: result.truth }))),
    hardCountError: rootMeanSquare(results.map(({ hard, truth }) => hard - truth)),
  }
}

function oneQuarter(
  rows: readonly number[],
  said: Float64Array,
  tickets: readonly LabelledTicket[],
  shareErrorSd: number,
  random: () => number,
) {
  const known = rows.map((row, i) => {
    const [feature = 0, strategic = 0, sustaining = 0] = categorySums(said, row)
    const probabilities: CategoryProbabilities = { feature, strategic, sustaining }
    const units = Math.max(1, Math.round(1000 * Math.exp(normal(random))))
    const workType = tickets[row]?.workType ?? 'defect'
    return { ticketId: `t${String(i).padStart(4, '0')}`, units, probabilities, workType, permanentNumber: random() }
  })
  const total = known.reduce((sum, { units }) => sum + units, 0)
  const partOf = (is: (one: (typeof known)[number]) => boolean) =>
    known.reduce((sum, one) => sum + (is(one) ? one.units : 0), 0) / total
  const byId = new Map(known.map((one) => [one.ticketId, one]))
  const audited = drawAudit(known, { size: audits }).flatMap((drawn): AuditedTicket[] => {
    const one = byId.get(drawn.ticketId)
    if (!one) return []
    const { units, probabilities, workType } = one
    const labels = [{ reader: 'reader', workType }]
    return [{ ...drawn, audit: { id: 'audit', teamId: null, ...days }, units, probabilities, labels }]
  })
  const efforts = known.map(
    ({ ticketId, units, probabilities }): TicketEffort => ({
      ticketId,
      units,
      unitsEqual: units,
      unitsPoints: units,
      classification: { probabilities, unclassified: false, decidedBy: 'model' },
    }),
  )
  return {
    truth: partOf(({ workType }) => categoryOf(workType) === 'strategic'),
    hard: partOf(({ probabilities: p }) => p.strategic > p.feature && p.strategic > p.sustaining),
    unaudited: shareOf(efforts, shareErrorSd),
    audited: shareOf(efforts, shareErrorSd, audited),
  }
}

function shareOf(tickets: readonly TicketEffort[], modelShareErrorSd: number, audited?: readonly AuditedTicket[]) {
  const { strategicShare } = measureSplit({
    tickets,
    unitsPerDay: 1,
    capacityUnits: null,
    target: 0.2,
    modelShareErrorSd,
    ...(audited ? { audits: { audited, days } } : {}),
  })
  if (!strategicShare) throw new Error('There is effort.')
  return strategicShare
}

function qualityOf(shares: readonly { value: number; low: number; high: number; truth: number }[]): ShareQuality {
  return {
    error: rootMeanSquare(shares.map(({ value, truth }) => value - truth)),
    covered: shares.filter(({ low, high, truth }) => low <= truth && truth <= high).length / shares.length,
    width: shares.reduce((sum, { low, high }) => sum + high - low, 0) / shares.length,
  }
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}

function shuffled(rows: readonly number[], random: () => number): number[] {
  return rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row)
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
