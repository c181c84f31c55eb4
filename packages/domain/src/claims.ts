import { type ActiveStretch, activeStretches } from './active-stretches.ts'
import { type EffortSettings, freshness, statusWeight } from './effort-settings.ts'
import { type EpochDay, epochDay, localDate } from './local-time.ts'
import type { LocalDate } from './person.ts'
import type { EpochMs, TransitionField, Worklog } from './ticket.ts'
import type { PeopleForEffort, TicketForEffort } from './ticket-for-effort.ts'
import type { WorkingTime } from './working-days.ts'

/** Fixed-point integer weights of a claim, one per effort rule; an ordinary ticket on an ordinary day has {@link weightScale}. */
export interface ClaimWeights {
  /** Status weight x overlap x freshness x evidence. */
  readonly default: number
  /** The same for every ticket that claims the day. */
  readonly equal: number
  /** `default` x the square root of the story points; without points as with one. */
  readonly points: number
}

/** What one ticket claims of one person-day, whatever other tickets claim. */
export interface Claim {
  readonly personId: string
  readonly day: LocalDate
  readonly weights: ClaimWeights
  /** What the person logged on the ticket on that day. */
  readonly loggedSeconds: number
}

/** The integer that stands for a weight of 1. */
export const weightScale = 1_000_000

/**
 * What a ticket claims of its people's working days up to and including `asOf`, sorted by person and day.
 *
 * A day is claimed by the person whom the ticket was assigned to in an in-progress status during their working window (at
 * least the minimum overlap, summed over the day), as long as the ticket is fresh, and by the person who logged work on
 * it. All three rules claim the same days: they differ in how a day is shared, not in what is untracked.
 *
 * Evidence, by anyone but a bot: changes of status, assignee or estimate, comments, edits of summary or description,
 * worklogs, the creation; but no change that was part of a bulk edit. A ticket that becomes active for a person is fresh from then on, whoever moved it.
 *
 * Epics and deleted tickets claim nothing (so deleting and restoring a ticket is no change), nor do bots and unknown accounts.
 */
export function ticketClaims(
  ticket: TicketForEffort,
  people: PeopleForEffort,
  settings: EffortSettings,
  asOf: LocalDate,
): Claim[] {
  const workers = workersOf(ticket, people)
  if (workers.length === 0) return []
  const rule = {
    settings,
    signs: signsOfLife(ticket, people),
    lastDay: epochDay(asOf),
    pointsFactor: Math.sqrt(ticket.estimate !== null && ticket.estimate > 0 ? ticket.estimate : 1),
  }
  return workers.flatMap((worker) => workerClaims(worker, rule))
}

/** What one person had to do with the ticket. */
interface Work {
  readonly worker: WorkingTime
  readonly stretches: ActiveStretch[]
  readonly worklogs: Worklog[]
}

function workersOf(ticket: TicketForEffort, people: PeopleForEffort): Work[] {
  if (ticket.isEpic || ticket.deletedAt !== null) return []
  const byPerson = new Map<string, Work>()
  const workOf = (worker: WorkingTime) => {
    let work = byPerson.get(worker.personId)
    if (work === undefined) {
      work = { worker, stretches: [], worklogs: [] }
      byPerson.set(worker.personId, work)
    }
    return work
  }
  for (const stretch of activeStretches(ticket, people)) workOf(stretch.worker).stretches.push(stretch)
  for (const worklog of ticket.worklogs) {
    const worker = worklog.authorAccountId === null ? null : people.worker(worklog.authorAccountId)
    if (worker) workOf(worker).worklogs.push(worklog)
  }
  return [...byPerson.values()].sort((a, b) => (a.worker.personId < b.worker.personId ? -1 : 1))
}

const evidenceFields: ReadonlySet<TransitionField> = new Set(['status', 'assignee', 'estimate'])

/** When somebody who is not a bot gave a sign of working on the ticket. */
function signsOfLife(ticket: TicketForEffort, people: PeopleForEffort): EpochMs[] {
  const human = (accountId: string | null) => accountId === null || !people.isBot(accountId)
  const bulk = new Set(ticket.bulkEdits?.map((edit) => `${edit.at} ${edit.accountId}`))
  const meant = (accountId: string | null, at: EpochMs) =>
    human(accountId) && !(bulk.size > 0 && bulk.has(`${at} ${accountId}`))
  const signs = [ticket.createdAt]
  for (const t of ticket.transitions)
    if (evidenceFields.has(t.field) && meant(t.authorAccountId, t.at)) signs.push(t.at)
  for (const a of ticket.activities) if (a.kind !== 'other-edit' && meant(a.authorAccountId, a.at)) signs.push(a.at)
  for (const w of ticket.worklogs) if (human(w.authorAccountId)) signs.push(w.startedAt)
  return signs
}

interface Rule {
  readonly settings: EffortSettings
  readonly signs: readonly EpochMs[]
  readonly lastDay: EpochDay
  readonly pointsFactor: number
}

function workerClaims(work: Work, rule: Rule): Claim[] {
  const { worker } = work
  const weights = work.stretches.length > 0 ? activeDays(work, rule) : new Map<EpochDay, ClaimWeights>()
  const logged = new Map<EpochDay, number>()
  for (const { startedAt, seconds } of work.worklogs) {
    const day = worker.dayOf(startedAt)
    if (day <= rule.lastDay && seconds > 0 && worker.fraction(day) > 0)
      logged.set(day, (logged.get(day) ?? 0) + seconds)
  }
  const days =
    logged.size === 0 ? [...weights.keys()] : [...new Set([...weights.keys(), ...logged.keys()])].sort((a, b) => a - b)
  return days.map((day) => ({
    personId: worker.personId,
    day: localDate(day),
    weights: weights.get(day) ?? noWeights,
    loggedSeconds: Math.round(logged.get(day) ?? 0),
  }))
}

const noWeights: ClaimWeights = { default: 0, equal: 0, points: 0 }

/**
 * The working days on which the ticket was active and fresh for the person, in order. Walks from each sign of life to the
 * next or to where the ticket has faded, so a ticket that nobody closes costs no more than one that is closed.
 */
function activeDays(work: Work, rule: Rule): Map<EpochDay, ClaimWeights> {
  const { worker } = work
  const stretches = work.stretches.map((s) => stretchInDays(s, worker, rule))
  const firstDay = stretches[0]?.firstDay ?? Number.POSITIVE_INFINITY
  const lastDay = Math.min(rule.lastDay, stretches.at(-1)?.lastDay ?? Number.NEGATIVE_INFINITY)
  const evidence = new Set(rule.signs.map(worker.dayOf))
  const signDays = [...new Set([...evidence, ...becameActiveAt(work.stretches).map(worker.dayOf)])].sort(
    (a, b) => a - b,
  )
  const result = new Map<EpochDay, ClaimWeights>()
  signDays.forEach((signDay, i) => {
    const nextSign = signDays[i + 1] ?? Number.POSITIVE_INFINITY
    if (nextSign <= firstDay) return
    let idleDays = 0
    for (let day = signDay; day < nextSign && day <= lastDay; day++) {
      if (worker.fraction(day) === 0) continue
      if (day > signDay) idleDays++
      const fresh = freshness(idleDays, rule.settings)
      if (fresh === 0) break
      const activity = activityOn(day, stretches, worker, rule.settings)
      if (activity > 0)
        result.set(day, weightsOf(activity * fresh * (evidence.has(day) ? rule.settings.evidenceFactor : 1), rule))
    }
  })
  return result
}

/** A person's stretch with its local days and status weight at hand. */
interface StretchInDays {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly firstDay: EpochDay
  readonly lastDay: EpochDay
  readonly statusWeight: number
}

function stretchInDays(stretch: ActiveStretch, worker: WorkingTime, rule: Rule): StretchInDays {
  return {
    from: stretch.from,
    to: stretch.to ?? Number.POSITIVE_INFINITY,
    firstDay: worker.dayOf(stretch.from),
    lastDay: stretch.to === null ? rule.lastDay : worker.dayOf(stretch.to - 1),
    statusWeight: statusWeight(stretch.statusName, rule.settings),
  }
}

/** When the ticket became active for the person: the starts that no earlier stretch runs into. */
function becameActiveAt(stretches: readonly ActiveStretch[]): EpochMs[] {
  return stretches.filter((stretch, i) => stretches[i - 1]?.to !== stretch.from).map((stretch) => stretch.from)
}

/** Status weight x overlap of a day; 0 when the ticket was active for too short a time. */
function activityOn(
  day: EpochDay,
  stretches: readonly StretchInDays[],
  worker: WorkingTime,
  settings: EffortSettings,
): number {
  const touching = stretches.filter((s) => s.firstDay <= day && day <= s.lastDay)
  if (touching.length === 0) return 0
  const [start, end] = worker.window(day)
  let overlapMs = 0
  let weightedMs = 0
  for (const stretch of touching) {
    const ms = Math.max(0, Math.min(end, stretch.to) - Math.max(start, stretch.from))
    overlapMs += ms
    weightedMs += ms * stretch.statusWeight
  }
  if (overlapMs === 0 || overlapMs < settings.minimumOverlapMinutes * 60_000) return 0
  return (weightedMs / overlapMs) * Math.max(settings.overlapFloor, overlapMs / (end - start))
}

/** A weight that is not nothing stays at least one unit. */
function weightsOf(weight: number, { pointsFactor }: Rule): ClaimWeights {
  return {
    default: Math.max(1, Math.round(weight * weightScale)),
    equal: weightScale,
    points: Math.max(1, Math.round(weight * pointsFactor * weightScale)),
  }
}
