/** Milliseconds since the Unix epoch, UTC. */
export type EpochMs = number

export type TrackerKind = 'jira-cloud' | 'jira-dc' | 'linear'

export const statusCategories = ['todo', 'in-progress', 'done', 'canceled'] as const
export type StatusCategory = (typeof statusCategories)[number]

export interface Status {
  /** The tracker's own id of the status; statuses of one name may exist several times. */
  readonly id: string
  /** The tracker's own name, kept beside our category. */
  readonly name: string
  readonly category: StatusCategory
}

/**
 * The fields whose changes are kept. `sprint` values are comma-separated ids of all sprints or cycles that the ticket is
 * in (ids sorted), '' for none. `estimate` values are decimal numbers as strings. `key` records that a ticket was renamed.
 */
export const transitionFields = [
  'status',
  'assignee',
  'estimate',
  'parent',
  'sprint',
  'project',
  'type',
  'key',
] as const
export type TransitionField = (typeof transitionFields)[number]

/** One change of one field of one ticket. `null` means that the field was empty. */
export interface Transition {
  /** Stable across re-reads: the tracker's id of the history entry, and the place of the change in it. */
  readonly id: string
  readonly at: EpochMs
  readonly field: TransitionField
  /** Ids in the tracker's terms: status id, account id, ticket external id (or key where the tracker gives no id), ... */
  readonly from: string | null
  readonly to: string | null
  /** What a person reads: status name, display name, ... */
  readonly fromName: string | null
  readonly toName: string | null
  /** Only on status changes. */
  readonly fromCategory?: StatusCategory
  readonly toCategory?: StatusCategory
  /** `null` when the tracker does not say who; automations are accounts of kind bot. */
  readonly authorAccountId: string | null
}

/** A sign of life on a ticket that is not a transition: somebody worked on it or wrote about it. */
export const activityKinds = ['comment', 'description', 'summary', 'other-edit'] as const
export type ActivityKind = (typeof activityKinds)[number]

export interface Activity {
  readonly id: string
  readonly at: EpochMs
  readonly kind: ActivityKind
  readonly authorAccountId: string | null
}

export interface Worklog {
  readonly id: string
  readonly authorAccountId: string | null
  /** When the logged work began. */
  readonly startedAt: EpochMs
  readonly seconds: number
}

/**
 * A ticket as a tracker showed it, in our words. Tracker ids stay the tracker's; the store gives it its own id.
 * Everything is what the tracker said; nothing here is measured or judged.
 */
export interface TrackerTicket {
  /** The tracker's stable id (Jira's numeric id, Linear's UUID). Keys change, ids do not. */
  readonly externalId: string
  readonly key: string
  readonly previousKeys: readonly string[]
  readonly url: string
  readonly title: string
  /** Plain text; '' when the ticket has none. */
  readonly description: string
  /** The tracker's issue type ("Story", "Bug"); null where the tracker has none (Linear). */
  readonly type: string | null
  readonly isSubtask: boolean
  /** True for containers such as Jira epics, whose children carry the work. */
  readonly isEpic: boolean
  readonly status: Status
  /** The tracker's project: Jira project, Linear project. */
  readonly project: { readonly id: string; readonly key: string; readonly name: string } | null
  /** The tracker's own team: Linear team. */
  readonly trackerTeam: { readonly id: string; readonly key: string; readonly name: string } | null
  readonly parentExternalId: string | null
  readonly parentKey: string | null
  /** The sprints or cycles that the ticket is in now; the last one is the current one. */
  readonly sprints: readonly Sprint[]
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly priority: string | null
  /** Story points or the tracker's estimate number. */
  readonly estimate: number | null
  readonly resolution: string | null
  readonly assigneeAccountId: string | null
  readonly reporterAccountId: string | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  readonly archivedAt: EpochMs | null
  /** In the tracker's trash: counts as deleted. */
  readonly trashed: boolean
  /** Oldest first; ties keep the tracker's order. */
  readonly transitions: readonly Transition[]
  readonly activities: readonly Activity[]
  readonly worklogs: readonly Worklog[]
  /** False when the tracker held back part of the history. */
  readonly historyComplete: boolean
}

export interface Sprint {
  readonly id: string
  readonly name: string
  readonly state: 'future' | 'active' | 'closed'
  readonly startsAt: EpochMs | null
  readonly endsAt: EpochMs | null
  readonly completedAt: EpochMs | null
}

/** A user of a tracker. One human may have several, over trackers. */
export interface TrackerAccount {
  readonly accountId: string
  readonly displayName: string
  readonly email: string | null
  readonly kind: 'human' | 'bot'
  readonly active: boolean
  /** IANA name, where the tracker gives one. */
  readonly timeZone: string | null
}
