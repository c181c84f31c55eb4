import type { JiraLimits } from '../jira/context.ts'
import type { LinearLimits } from '../linear/limits.ts'
import type { Faults } from '../server/faults.ts'
import type { WebhookSender } from '../webhook-sender.ts'
import type { TrueTicket } from './true-ticket.ts'

export type SmallTrackerKind = 'jira-cloud' | 'jira-dc' | 'linear'

/** What a ticket may be at. `dropped` is done without being finished. */
export type SmallStatus = 'To Do' | 'In Progress' | 'Done' | "Won't do"

export type SmallPerson = 'ada' | 'bob'

/** Time that tests move; tracker and whoever reads it may share one. */
export interface SmallClock {
  ms: number
}

export interface SmallTrackerOptions {
  readonly kind: SmallTrackerKind
  /** The tracker's clock; it does not move by itself. */
  readonly clock: SmallClock
  /** Of the account that reads, and of everybody else. Default: Etc/UTC. */
  readonly timeZone?: string
  readonly jira?: Partial<JiraLimits>
  readonly linear?: Partial<LinearLimits>
  readonly webhookRetryDelayMs?: number
}

/**
 * A simulated tracker of two projects or teams (PAY, OPS) and two people, edited in words that all three kinds have. It
 * knows what a reader should know of it in the end.
 */
export interface SmallTracker {
  readonly kind: SmallTrackerKind
  readonly url: string
  /** As a connection stores them. */
  readonly credentials: Readonly<Record<string, string>>
  readonly faults: Faults
  readonly webhooks: WebhookSender
  /** Gives the new ticket's id. */
  create(title: string, project?: 'PAY' | 'OPS'): string
  /** Ids of the tickets that can be edited. */
  ids(): string[]
  edit(id: string, change: SmallChange): void
  /** For good. */
  remove(id: string): void
  /** Shows a removed ticket again as it was; nothing announces it. Jira only: Linear brings back what is in the trash. */
  restore(id: string): void
  /** Jira only: what becomes of a whole project. */
  setProject(key: 'PAY' | 'OPS', state: 'live' | 'archived' | 'deleted'): void
  /** Jira only: search sees changes `lagMs` late, and each search misses about every n-th ticket; 0: it does not. */
  disturbIndex(lagMs: number, flapEvery: number): void
  /** All tickets that there ever were since the last {@link clear}, by id. */
  truth(): Map<string, TrueTicket>
  /** Forgets all tickets, disturbances and waiting faults. */
  clear(): void
  /** Waits until all webhook deliveries have succeeded or were given up. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** One edit by a person; everything in it happens at once. */
export interface SmallChange {
  readonly status?: SmallStatus
  readonly assignee?: SmallPerson | null
  readonly estimate?: number | null
  readonly title?: string
  readonly description?: string
  readonly comment?: string
  readonly project?: 'PAY' | 'OPS'
  /** Linear only. */
  readonly archived?: boolean
  /** Linear only. */
  readonly trashed?: boolean
}
