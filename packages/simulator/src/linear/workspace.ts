/**
 * The in-memory truth of a simulated Linear workspace. All times are ISO 8601 in UTC ('2026-07-15T03:26:03.672Z'),
 * all ids UUIDs. Records are plain and mutable, changed by the simulator's edit functions, rendered by the resolvers.
 */
export interface LinearWorkspace {
  organization: { id: string; name: string; urlKey: string; createdAt: string }
  /** The workspace's clock, in milliseconds since the epoch. */
  serverTime(): number
  teams: LinearTeam[]
  states: LinearState[]
  users: LinearUser[]
  labels: LinearLabel[]
  cycles: LinearCycle[]
  projects: LinearProject[]
  /** By id. Hard-deleted issues are removed; trashed ones stay. */
  issues: Map<string, LinearIssueRecord>
}

interface LinearEntity {
  id: string
  createdAt: string
  updatedAt: string
  archivedAt: string | null
}

export interface LinearTeam extends LinearEntity {
  key: string
  name: string
  timezone: string
  private: boolean
  issueEstimationType: 'notUsed' | 'exponential' | 'fibonacci' | 'linear' | 'tShirt'
  defaultIssueEstimate: number
  cyclesEnabled: boolean
  /** Weeks. */
  cycleDuration: number
}

export interface LinearState extends LinearEntity {
  name: string
  type: 'triage' | 'backlog' | 'unstarted' | 'started' | 'completed' | 'canceled' | 'duplicate'
  color: string
  position: number
  teamId: string
}

export interface LinearUser extends LinearEntity {
  name: string
  displayName: string
  email: string
  /** Disabled users are shown in lists only on request. */
  active: boolean
  admin: boolean
  guest: boolean
  /** True for agents and other applications. */
  app: boolean
  timezone: string | null
}

export interface LinearLabel extends LinearEntity {
  /** The leaf's name alone; a group's name is in its own label, see `parentId`. */
  name: string
  color: string
  isGroup: boolean
  parentId: string | null
  /** `null`: a label of the whole workspace. */
  teamId: string | null
}

export interface LinearCycle extends LinearEntity {
  number: number
  name: string | null
  startsAt: string
  endsAt: string
  completedAt: string | null
  teamId: string
}

export interface LinearProject extends LinearEntity {
  name: string
  description: string
  statusType: 'backlog' | 'planned' | 'started' | 'paused' | 'completed' | 'canceled'
  teamIds: string[]
  leadId: string | null
  /** Bare dates ('2026-07-15'). */
  startDate: string | null
  targetDate: string | null
  startedAt: string | null
  completedAt: string | null
  canceledAt: string | null
}

export interface LinearIssueRecord extends LinearEntity {
  /** Number within its team; the identifier is the team's key and this number. */
  number: number
  teamId: string
  /** Identifiers before moves to another team. Oldest first. */
  previousIdentifiers: string[]
  title: string
  description: string | null
  /** 0 none, 1 urgent, 2 high, 3 medium, 4 low. */
  priority: 0 | 1 | 2 | 3 | 4
  estimate: number | null
  stateId: string
  assigneeId: string | null
  creatorId: string | null
  delegateId: string | null
  parentId: string | null
  projectId: string | null
  cycleId: string | null
  labelIds: string[]
  dueDate: string | null
  startedAt: string | null
  completedAt: string | null
  canceledAt: string | null
  addedToCycleAt: string | null
  addedToProjectAt: string | null
  addedToTeamAt: string | null
  trashed: boolean
  /** Oldest first; answers show the newest first. */
  history: LinearHistoryRow[]
  comments: LinearComment[]
}

/** One row of `Issue.history`: only the changed pairs are set, an absent pair reads as null. */
export interface LinearHistoryRow {
  id: string
  createdAt: string
  updatedAt: string
  /** `null` for integrations and automations; `botActor` then says which. */
  actorId: string | null
  botActor?: { type: string; name: string | null } | null
  fromStateId?: string | null
  toStateId?: string | null
  fromAssigneeId?: string | null
  toAssigneeId?: string | null
  fromEstimate?: number | null
  toEstimate?: number | null
  fromPriority?: number | null
  toPriority?: number | null
  fromCycleId?: string | null
  toCycleId?: string | null
  fromProjectId?: string | null
  toProjectId?: string | null
  fromTeamId?: string | null
  toTeamId?: string | null
  fromParentId?: string | null
  toParentId?: string | null
  addedLabelIds?: string[] | null
  removedLabelIds?: string[] | null
  fromDueDate?: string | null
  toDueDate?: string | null
  fromTitle?: string | null
  toTitle?: string | null
  updatedDescription?: boolean | null
  archived?: boolean | null
  trashed?: boolean | null
  autoArchived?: boolean | null
  autoClosed?: boolean | null
}

export interface LinearComment {
  id: string
  createdAt: string
  updatedAt: string
  userId: string | null
  body: string
}

/** 'ENG-123': the team's key and the issue's number. Changes when the issue moves or the team is renamed. */
export function linearIdentifier(workspace: LinearWorkspace, issue: LinearIssueRecord): string {
  const team = workspace.teams.find((candidate) => candidate.id === issue.teamId)
  return `${team?.key ?? 'UNKNOWN'}-${issue.number}`
}
