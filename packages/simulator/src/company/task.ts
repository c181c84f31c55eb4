import type { EpochDay, EpochMs, WorkType } from '@headroom/domain'

/** A piece of work as it really goes, before any tracker shows it. One task becomes one ticket. */
export interface Task {
  readonly team: number
  readonly workType: WorkType
  /** Epic or project that it belongs to; by identity. */
  readonly bundle: Bundle | null
  /** The story whose sub-task it is. */
  readonly parent: Task | null
  /** Working minutes that it takes until it is handed to review. */
  readonly sizeMinutes: number
  /** Opened by an automation, not by a person. */
  readonly byBot: boolean
  remaining: number
  readonly stretches: Stretch[]
  readonly marks: Mark[]
  /** Not to be taken up before. */
  notBefore: EpochMs
  /** After how many more minutes somebody else takes over; null: never. */
  handOverAfter: number | null
  /** What follows when `remaining` reaches 0. */
  readonly ahead: Stage[]
  stage: Stage['kind']
  fate: 'worked' | 'backlog' | 'canceled'
}

/** A stretch of one person's working day. */
export interface Stretch {
  readonly person: number
  readonly day: EpochDay
  readonly startMinute: number
  readonly minutes: number
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs
}

/** Something that happened to a task besides work. */
export interface Mark {
  readonly kind: 'to-review' | 'back-from-review' | 'to-testing' | 'finished' | 'reopened' | 'handed-over'
  readonly at: EpochMs
}

/** A further round of work: after review, by a tester, or after the ticket had been closed. */
export interface Stage {
  readonly kind: 'build' | 'rework' | 'testing' | 'reopened'
  readonly minutes: number
  readonly waitMs: number
}

/** An epic of a Jira team or a project of a Linear team. */
export interface Bundle {
  readonly team: number
  readonly workType: WorkType
  readonly openedAt: EpochMs
  /** How many more tasks it takes in. */
  room: number
}
