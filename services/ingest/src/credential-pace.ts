import type { TrackerKind } from '@headroom/domain'
import type { RateBudget, RateReport } from '@headroom/trackers'
import type { TrackerPriority } from './open-tracker.ts'

/** How fast requests with one credential may go: kept in the database, shared by all processes. Plain JSON. */
export interface Pace {
  readonly version: 1
  /** When the levels were true, by the database's clock. */
  readonly atMs: number
  readonly requests: Bucket
  /** Null where the tracker counts requests only. */
  readonly points: Bucket | null
  /** What the backfill may still take: its share of the requests, so that the customer's own users keep theirs. */
  readonly backfillLevel: number
  /** What a request has cost lately, in points. */
  readonly pointsPerRequest: number
  /** Nothing goes out before. */
  readonly pausedUntilMs: number
  /** 1 is full speed; halved by every refusal, and growing again with time. */
  readonly speed: number
  /** Processes that send requests now, and how many at once each may. */
  readonly members: Readonly<Record<string, { readonly slots: number; readonly untilMs: number }>>
}

interface Bucket {
  readonly limit: number
  readonly level: number
  readonly perSecond: number
  /** The tracker has not said anything yet. */
  readonly isPresumed?: boolean
}

/** What a process asks for; everything it tells is about the time since it asked last. */
export interface PaceAsk {
  readonly member: string
  readonly priority: TrackerPriority
  /** Requests that it would like to send. 0: it only tells. */
  readonly wanted: number
  /** Permissions that it did not use, by what they were given for. */
  readonly unused: Readonly<Record<TrackerPriority, number>>
  readonly running: number
  readonly said: readonly RateReport[]
  /** It is done for now; its slots are free. */
  readonly leaves: boolean
}

/** What a process gets: good for {@link grantGoodForMs}. */
export interface PaceGrant {
  readonly permits: number
  /** How many requests it may have on their way at once. */
  readonly slots: number
  /** How long nothing at all may be sent. */
  readonly pausedForMs: number
  /** When asking again makes sense; 0 when something was granted. */
  readonly askAgainInMs: number
}

/** Unused permissions go back after this time, so that a pause and a higher priority are noticed. */
export const grantGoodForMs = 2000
/** A process that was killed loses its slots after this time. */
const memberGoodForMs = 10_000
/** Requests on their way at once, over all processes; each process has at least one. */
export const slotsMax = 6
/** So many permissions at most in one go, and no more than this part of what there is: near the end blocks get small. */
const blockMax = 25
const blockShare = 0.25
/** What each priority must leave in the bucket, as a share of it. */
const reserve: Readonly<Record<TrackerPriority, number>> = { webhook: 0.02, poll: 0.2, backfill: 0.5 }
/** The share of what the tracker allows that a backfill may take at most. */
const backfillShare = 0.5
const speedMin = 1 / 32
/** From half to full speed in half a minute. */
const speedPerSecond = 1 / 60

/** What is taken to be allowed until the tracker says more; documented limits of 2026, with a careful beginning. */
const presumed: Readonly<Record<TrackerKind, Bucket>> = {
  'jira-cloud': { limit: 100, level: 50, perSecond: 100, isPresumed: true },
  'jira-dc': { limit: 50, level: 25, perSecond: 50, isPresumed: true },
  linear: { limit: 2500, level: 1300, perSecond: 2500 / 3600, isPresumed: true },
}

/**
 * Takes in what a process tells and decides what it gets. Pure; called under the row's lock, so that asks follow one
 * another. A token bucket whose size, level and speed follow the tracker's headers: over any time no more is granted than
 * the bucket held and was filled up with.
 */
export function askPace(
  stored: unknown,
  kind: TrackerKind,
  ask: PaceAsk,
  nowMs: number,
): { readonly state: Pace; readonly answer: PaceGrant } {
  const told = tell(refilled(paceOf(stored, kind, nowMs), nowMs), ask, nowMs)
  const { members, slots } = seat(told.members, ask, nowMs)
  const pausedForMs = Math.max(0, told.pausedUntilMs - nowMs)
  const room = roomFor(told, ask.priority)
  const block = Math.min(ask.wanted, blockMax, Math.max(1, Math.ceil(room * blockShare)))
  const permits = pausedForMs > 0 ? 0 : Math.max(0, Math.min(block, Math.floor(room)))
  const askAgainInMs = permits > 0 || ask.wanted === 0 ? 0 : Math.max(pausedForMs, untilRoom(told, ask.priority, room))
  return {
    state: { ...taken(told, ask.priority, permits), members },
    answer: { permits, slots, pausedForMs, askAgainInMs },
  }
}

function paceOf(stored: unknown, kind: TrackerKind, nowMs: number): Pace {
  if (typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === 1)
    return stored as Pace
  const requests = presumed[kind]
  return {
    version: 1,
    atMs: nowMs,
    requests,
    points: null,
    backfillLevel: requests.level * backfillShare,
    pointsPerRequest: 0,
    pausedUntilMs: 0,
    speed: 1,
    members: {},
  }
}

function refilled(pace: Pace, nowMs: number): Pace {
  const seconds = Math.max(0, nowMs - pace.atMs) / 1000
  const { requests, points, speed } = pace
  const fill = (bucket: Bucket): Bucket => ({
    ...bucket,
    level: Math.min(bucket.limit, bucket.level + seconds * bucket.perSecond * speed),
  })
  return {
    ...pace,
    atMs: Math.max(nowMs, pace.atMs),
    requests: fill(requests),
    points: points && fill(points),
    backfillLevel: Math.min(
      requests.limit * backfillShare,
      pace.backfillLevel + seconds * requests.perSecond * speed * backfillShare,
    ),
    speed: Math.min(1, speed + seconds * speedPerSecond),
  }
}

function tell(pace: Pace, ask: PaceAsk, nowMs: number): Pace {
  const { unused, said } = ask
  const back = unused.webhook + unused.poll + unused.backfill
  let next: Pace = {
    ...pace,
    requests: raised(pace.requests, back),
    points: pace.points && raised(pace.points, back * pace.pointsPerRequest),
    backfillLevel: Math.min(pace.requests.limit * backfillShare, pace.backfillLevel + unused.backfill),
  }
  let isRefused = false
  for (const report of said) {
    isRefused ||= report.refusedForMs !== null
    const requests = report.requests ? heard(next.requests, report.requests) : next.requests
    const isFirstWord = next.requests.isPresumed && !requests.isPresumed
    next = {
      ...next,
      requests,
      backfillLevel: isFirstWord ? requests.level * backfillShare : next.backfillLevel,
      points: report.points ? heard(next.points, report.points) : next.points,
      // The dearest of the last requests, more or less: a query's price depends on what it asks.
      pointsPerRequest: Math.max(report.cost ?? 0, next.pointsPerRequest * 0.9),
      pausedUntilMs: Math.max(next.pausedUntilMs, nowMs + (report.refusedForMs ?? 0)),
    }
  }
  // Several refusals told at once are one misjudgement.
  return isRefused ? { ...next, speed: Math.max(speedMin, next.speed / 2) } : next
}

function raised(bucket: Bucket, by: number): Bucket {
  return { ...bucket, level: Math.min(bucket.limit, bucket.level + by) }
}

/**
 * The tracker knows better what is left, for others draw on it as well; but what it says is older than what we have given
 * out since, so after its first word it only lowers the level.
 */
function heard(bucket: Bucket | null, { limit, remaining, perSecond }: RateBudget): Bucket {
  if (!bucket || bucket.isPresumed) return { limit, perSecond, level: remaining }
  // Endpoints may have limits of different sizes.
  return { limit, perSecond, level: Math.min((bucket.level * limit) / bucket.limit, remaining) }
}

function seat(
  before: Pace['members'],
  { member, running, leaves }: PaceAsk,
  nowMs: number,
): { readonly members: Pace['members']; readonly slots: number } {
  const others = Object.entries(before).filter(([name, { untilMs }]) => name !== member && untilMs > nowMs)
  if (leaves) return { members: Object.fromEntries(others), slots: 0 }
  const fair = Math.floor(slotsMax / (others.length + 1))
  const free = slotsMax - others.reduce((sum, [, { slots }]) => sum + slots, 0)
  // What is on its way can't be called back.
  const slots = Math.max(1, Math.min(fair, free), Math.min(running, free))
  return { members: Object.fromEntries([...others, [member, { slots, untilMs: nowMs + memberGoodForMs }]]), slots }
}

/** How many requests may go out now for this, before its share or the bucket's reserve is touched. */
function roomFor({ requests, points, backfillLevel, pointsPerRequest }: Pace, priority: TrackerPriority): number {
  const above = (bucket: Bucket) => bucket.level - Math.floor(bucket.limit * reserve[priority])
  const byPoints =
    points && (above(points) <= 0 || pointsPerRequest > 0)
      ? above(points) / Math.max(1, pointsPerRequest)
      : Number.POSITIVE_INFINITY
  const byShare = priority === 'backfill' ? backfillLevel : Number.POSITIVE_INFINITY
  return Math.min(above(requests), byPoints, byShare)
}

/** Not sooner than one request's worth is filled up; a look every few seconds notices what others gave back. */
function untilRoom({ requests, speed }: Pace, priority: TrackerPriority, room: number): number {
  const perSecond = requests.perSecond * speed * (priority === 'backfill' ? backfillShare : 1)
  const ms = ((1 - room) / Math.max(perSecond, 1e-6)) * 1000
  return Math.min(5000, Math.max(20, Math.ceil(ms)))
}

function taken(pace: Pace, priority: TrackerPriority, permits: number): Pace {
  const { requests, points, backfillLevel, pointsPerRequest } = pace
  return {
    ...pace,
    requests: { ...requests, level: requests.level - permits },
    points: points && { ...points, level: points.level - permits * pointsPerRequest },
    backfillLevel: priority === 'backfill' ? backfillLevel - permits : backfillLevel,
  }
}
