/**
 * The in-memory truth of a simulated Jira. Records are plain and mutable: whoever builds a site fills them, the
 * simulator's edit functions change them, and the routes only render them.
 */
export interface JiraSite {
  kind: 'cloud' | 'dc'
  /** Address used in `self` links, without trailing slash. '' means: the address at which the simulator listens. */
  baseUrl: string
  /** The site's clock, in milliseconds since the epoch: stamps edits, answers the `Date` header, drives the index lag. */
  serverTime(): number
  users: JiraUser[]
  projects: JiraProject[]
  statuses: JiraStatus[]
  issueTypes: JiraIssueType[]
  fields: JiraField[]
  priorities: JiraPriority[]
  boards: JiraBoard[]
  sprints: JiraSprint[]
  /** By issue id. Deleted issues stay here with `deleted` true, so that their ids are never given again. */
  issues: Map<string, JiraIssueRecord>
}

export interface JiraUser {
  /** Cloud: the accountId. Data Center: the user key. */
  key: string
  /** Data Center's user name; Cloud does not show it. */
  name: string
  displayName: string
  /** `null`: hidden by the user's privacy settings. */
  emailAddress: string | null
  /** IANA name. */
  timeZone: string | null
  active: boolean
  accountType: 'atlassian' | 'app' | 'customer'
}

export interface JiraProject {
  id: string
  key: string
  name: string
  /** `next-gen` is a team-managed project. Data Center has only classic ones. */
  style: 'classic' | 'next-gen'
  /**
   * Archived: search and lists leave it out, its issues are still shown by id. Deleted (in the trash, from where it can be
   * restored): nothing shows it. Left out: live.
   */
  state?: 'archived' | 'deleted'
}

export interface JiraStatus {
  id: string
  name: string
  category: JiraStatusCategoryKey
}

export type JiraStatusCategoryKey = 'undefined' | 'new' | 'indeterminate' | 'done'

export interface JiraIssueType {
  id: string
  name: string
  subtask: boolean
  /** Cloud only in answers: -1 sub-task, 0 standard, 1 epic, 2 and more above epics. */
  hierarchyLevel: number
}

/** `GET /field` as the tracker answers it. */
export interface JiraField {
  id: string
  name: string
  custom: boolean
  schema?: { type: string; items?: string; system?: string; custom?: string; customId?: number }
}

export interface JiraPriority {
  id: string
  name: string
}

export interface JiraBoard {
  id: number
  name: string
  type: 'scrum' | 'kanban' | 'simple'
  projectKey: string
  /** Status ids of each column, in order. */
  columns: { name: string; statusIds: string[] }[]
  /** The field that holds the estimate; only scrum boards have one. */
  estimationFieldId: string | null
}

export interface JiraSprint {
  id: number
  name: string
  state: 'future' | 'active' | 'closed'
  /** ISO with offset, as the agile API shows it. */
  startDate: string | null
  endDate: string | null
  completeDate: string | null
  originBoardId: number
  goal: string | null
}

export interface JiraIssueRecord {
  /** Decimal digits; stable over moves. */
  id: string
  key: string
  /** Keys that the issue had before moves; they keep resolving. Oldest first. */
  previousKeys: string[]
  /**
   * What REST v2 shows under `fields`, without `comment` and `worklog`: strings for texts, objects for status, users and
   * so on (see `values.ts`), `created` and `updated` as '2026-07-15T03:26:03.672+0000'.
   * The sprint field may hold sprint ids (numbers): they are rendered from `sprints`, in the shape of the site's kind.
   */
  fields: Record<string, unknown>
  /** Oldest first. */
  histories: JiraHistory[]
  comments: JiraComment[]
  worklogs: JiraWorklog[]
  deleted: boolean
}

export interface JiraHistory {
  id: string
  /** `null`: the tracker does not say who. */
  authorKey: string | null
  /** '2026-07-15T03:26:03.672+0000' */
  created: string
  items: JiraHistoryItem[]
}

export interface JiraHistoryItem {
  field: string
  /** Cloud only in answers. */
  fieldId?: string
  fieldtype: 'jira' | 'custom'
  from: string | null
  fromString: string | null
  to: string | null
  toString: string | null
}

export interface JiraComment {
  id: string
  authorKey: string | null
  /** Wiki markup. */
  body: string
  created: string
  updated: string
}

export interface JiraWorklog {
  id: string
  authorKey: string | null
  comment: string
  started: string
  created: string
  updated: string
  timeSpentSeconds: number
  /** When it was deleted; a deleted worklog is only in the feed of deleted ones. */
  deletedAt: string | null
}

/** A time as Jira's REST shows it: milliseconds, UTC, an offset without colon. */
export function jiraTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -1)}+0000`
}
