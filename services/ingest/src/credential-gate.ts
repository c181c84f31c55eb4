import { type RateReport, type RequestGate, TrackerUnavailableError } from '@headroom/trackers'
import { grantGoodForMs, type PaceAsk, type PaceGrant } from './credential-pace.ts'
import type { TrackerPriority } from './open-tracker.ts'

const priorities = ['webhook', 'poll', 'backfill'] as const satisfies readonly TrackerPriority[]
/** A longer pause belongs to the queue, which holds no worker and no memory meanwhile. */
const longestPauseMs = 60_000
/** Asked again in the middle of long requests, so that the slots are not taken for those of a killed process. */
const heartbeatMs = 3000

interface Waiting {
  readonly go: () => void
  readonly fail: (error: unknown) => void
}

interface Lane {
  readonly waiting: Waiting[]
  running: number
  /** Requests that may go out now. */
  permits: number
  /** Requests that went out since the last asking. */
  used: number
  /** When asking makes sense again. */
  notBefore: number
}

export interface CredentialGateOptions {
  /** Names this process. */
  readonly member: string
  /** Asks the limiter that all processes share; see {@link askPace}. */
  readonly ask: (ask: PaceAsk) => Promise<PaceGrant>
  /** Whose limits they are, for the text of an error. */
  readonly host: string
}

/**
 * One process's gate for the requests of one credential: holds them back until the limiter that all processes share
 * permits them. Permissions are fetched by the block, so that most requests cost no look at the database: first as many
 * as wait, then twice as many as were used, up to the limiter's own bound.
 */
export class CredentialGate {
  readonly #options: CredentialGateOptions
  readonly #lanes: Readonly<Record<TrackerPriority, Lane>> = {
    webhook: newLane(),
    poll: newLane(),
    backfill: newLane(),
  }
  #said: RateReport[] = []
  #slots = 1
  #goodUntil = 0
  #pausedUntil = 0
  #isAsking = false
  #isMember = false
  /** A refusal that the other processes have to know of at once. */
  #isNews = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: CredentialGateOptions) {
    this.#options = options
  }

  /** The way through for work of this priority; higher ones overtake. */
  lane(priority: TrackerPriority): RequestGate {
    return {
      enter: () => new Promise((go, fail) => this.#enter(priority, { go, fail })),
      leave: (report) => this.#leave(priority, report),
    }
  }

  #enter(priority: TrackerPriority, waiting: Waiting): void {
    const pauseMs = this.#pausedUntil - performance.now()
    if (pauseMs > longestPauseMs) {
      waiting.fail(this.#tooLong(pauseMs))
      return
    }
    this.#lanes[priority].waiting.push(waiting)
    this.#pump()
  }

  #leave(priority: TrackerPriority, report: RateReport): void {
    this.#lanes[priority].running -= 1
    this.#said.push(report)
    if (report.refusedForMs !== null) {
      this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + report.refusedForMs)
      this.#isNews = true
    }
    this.#pump()
  }

  /** Lets out what may go, the most urgent first. */
  #pump(): void {
    if (this.#isNews && !this.#isAsking) return void this.#tell(false)
    for (const priority of priorities) {
      const lane = this.#lanes[priority]
      while (lane.waiting.length > 0 && this.#hasSlot(priority)) {
        if (!this.#takePermit(priority)) return void this.#fetch(priority)
        lane.running += 1
        lane.waiting.shift()?.go()
      }
    }
    this.#later(heartbeatMs)
  }

  /** A backfill leaves a slot to the others where there are several. */
  #hasSlot(priority: TrackerPriority): boolean {
    const forBackfill = Math.max(1, this.#slots - Math.ceil(this.#slots / 3))
    return this.#running() < this.#slots && (priority !== 'backfill' || this.#lanes.backfill.running < forBackfill)
  }

  /** What was permitted for lesser work serves greater work too. */
  #takePermit(priority: TrackerPriority): boolean {
    const now = performance.now()
    if (now < this.#pausedUntil || now >= this.#goodUntil) return false
    const from = priorities.slice(priorities.indexOf(priority)).find((p) => this.#lanes[p].permits > 0)
    if (from === undefined) return false
    this.#lanes[from].permits -= 1
    this.#lanes[priority].used += 1
    return true
  }

  async #fetch(priority: TrackerPriority): Promise<void> {
    if (this.#isAsking) return
    const lane = this.#lanes[priority]
    const waitMs = Math.max(lane.notBefore, this.#pausedUntil) - performance.now()
    if (waitMs > 0) return this.#later(waitMs)
    const wanted = Math.max(lane.waiting.length, 2 * lane.used)
    lane.used = 0
    try {
      const grant = await this.#ask({ priority, wanted, leaves: false })
      lane.permits += grant.permits
      this.#goodUntil = performance.now() + grantGoodForMs
      // Processes that wait for the same thing ask at different times, and not all at once.
      lane.notBefore = performance.now() + grant.askAgainInMs * (1 + Math.random() / 4)
    } catch (error) {
      this.#failAll(error)
    }
    this.#pump()
  }

  /** Tells what is known and asks for nothing. */
  async #tell(leaves: boolean): Promise<void> {
    try {
      await this.#ask({ priority: 'backfill', wanted: 0, leaves })
    } catch {
      // Slots expire by themselves, and whoever needs the database next meets its failure.
      this.#isMember = false
    }
    this.#pump()
  }

  async #ask(how: Pick<PaceAsk, 'priority' | 'wanted' | 'leaves'>): Promise<PaceGrant> {
    const { webhook, poll, backfill } = this.#lanes
    const unused = { webhook: webhook.permits, poll: poll.permits, backfill: backfill.permits }
    const said = this.#said
    for (const lane of [webhook, poll, backfill]) lane.permits = 0
    this.#said = []
    this.#isNews = false
    this.#isAsking = true
    try {
      const { member, ask } = this.#options
      const grant = await ask({ member, ...how, unused, running: this.#running(), said })
      this.#isMember = !how.leaves
      this.#slots = Math.max(1, grant.slots)
      this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + grant.pausedForMs)
      if (grant.pausedForMs > longestPauseMs) this.#failAll(this.#tooLong(grant.pausedForMs))
      return grant
    } finally {
      this.#isAsking = false
    }
  }

  #failAll(error: unknown): void {
    for (const priority of priorities) for (const one of this.#lanes[priority].waiting.splice(0)) one.fail(error)
  }

  /** Goes on after a wait, keeps the slots during long requests, and gives them back when nothing is left to do. */
  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#isAsking) return this.#later(20)
      if (priorities.some((p) => this.#lanes[p].waiting.length > 0 && this.#hasSlot(p))) return this.#pump()
      if (this.#isMember) void this.#tell(!this.#isBusy())
    }, ms)
    // While somebody waits the process has to live on.
    if (!this.#isBusy()) this.#timer.unref()
  }

  #running(): number {
    return priorities.reduce((sum, p) => sum + this.#lanes[p].running, 0)
  }

  #isBusy(): boolean {
    return priorities.some((p) => this.#lanes[p].running > 0 || this.#lanes[p].waiting.length > 0)
  }

  #tooLong(pauseMs: number): TrackerUnavailableError {
    const minutes = Math.ceil(pauseMs / 60_000)
    return new TrackerUnavailableError(
      `${this.#options.host} limits the rate of requests; the next one goes out in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      { retryAfterMs: pauseMs, status: 429 },
    )
  }
}

function newLane(): Lane {
  return { waiting: [], running: 0, permits: 0, used: 0, notBefore: 0 }
}
