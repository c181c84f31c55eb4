import { remember } from './remember.ts'

/** A weight that a status gets because its name contains the pattern's words, in order and next to each other. */
export interface StatusWeight {
  /** Plain words, case and punctuation do not matter: `ready for` fits `Ready-for QA`, `blocked` does not fit `Unblocked`. */
  readonly words: string
  /** 1 is full work, 0 is waiting. */
  readonly weight: number
}

/** The numbers of the effort rule. An organisation may change the status weights; the rest is not worth tuning per organisation. */
export interface EffortSettings {
  /** Integer units of one person-day; lcm(1..16), so that equal splits are exact. */
  readonly unitsPerDay: number
  /** Working days without a sign of life for which a ticket stays fully fresh. */
  readonly freshDays: number
  /** Working days in which the freshness halves after that. */
  readonly halfLifeDays: number
  /** A freshness below this is none. */
  readonly freshnessCutoff: number
  /** How much more a ticket weighs on a day with evidence of work on it. */
  readonly evidenceFactor: number
  /** The least share of the working window that a ticket is taken to have been active for, once it counts. */
  readonly overlapFloor: number
  /** A ticket that was active for less than this within the day's working window does not count on that day. */
  readonly minimumOverlapMinutes: number
  /** So many tickets changed by one account within `bulkEditSeconds` are a bulk edit, which is no evidence of work. */
  readonly bulkEditTickets: number
  readonly bulkEditSeconds: number
  /** The first that fits the name of an in-progress status decides; a status that none fits weighs 1. */
  readonly statusWeights: readonly StatusWeight[]
}

/** Waiting comes before review, so that "Ready for QA" and "Waiting for review" are waiting. */
export const defaultEffortSettings: EffortSettings = {
  unitsPerDay: 720_720,
  freshDays: 5,
  halfLifeDays: 4,
  freshnessCutoff: 0.05,
  evidenceFactor: 3,
  overlapFloor: 0.25,
  minimumOverlapMinutes: 30,
  bulkEditTickets: 10,
  bulkEditSeconds: 60,
  statusWeights: [
    { words: 'blocked', weight: 0 },
    { words: 'waiting', weight: 0 },
    { words: 'on hold', weight: 0 },
    { words: 'ready for', weight: 0 },
    { words: 'pending', weight: 0 },
    { words: 'review', weight: 0.3 },
    { words: 'qa', weight: 0.3 },
    { words: 'testing', weight: 0.3 },
    { words: 'verification', weight: 0.3 },
  ],
}

/** How much a day in an in-progress status of this name weighs, 0 to 1. */
export function statusWeight(statusName: string, settings: EffortSettings): number {
  let byName = statusWeights.get(settings)
  if (byName === undefined) {
    byName = new Map()
    statusWeights.set(settings, byName)
  }
  return remember(byName, statusName, () => firstFit(statusName, settings.statusWeights))
}

// A memo: an organisation has a few dozen status names, and millions of days in them.
const statusWeights = new WeakMap<EffortSettings, Map<string, number>>()

function firstFit(statusName: string, rules: readonly StatusWeight[]): number {
  const name = words(statusName)
  return rules.find((rule) => words(rule.words).trim() !== '' && name.includes(words(rule.words)))?.weight ?? 1
}

/**
 * How fresh a ticket is when its last sign of life is `idleWorkingDays` of the person's working days old: 1 for the fresh
 * days, then halving, and 0 below the cutoff (23 working days with the defaults).
 */
export function freshness(idleWorkingDays: number, settings: EffortSettings): number {
  const decay = 2 ** -(Math.max(0, idleWorkingDays - settings.freshDays) / settings.halfLifeDays)
  return decay < settings.freshnessCutoff ? 0 : decay
}

function words(text: string): string {
  const separated = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase()
  return ` ${separated.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}
