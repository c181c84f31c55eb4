import type { SearchIndex } from './search-index.ts'
import type { JiraIssueRecord, JiraSite, JiraUser } from './site.ts'

/** What a simulated Jira refuses or holds back. Defaults are the documented values of 2026. */
export interface JiraLimits {
  /** Cloud: largest search page when only ids and keys are asked for. */
  readonly searchIdsMax: number
  /** Cloud: largest search page with more fields. */
  readonly searchFieldsMax: number
  /** Data Center: the server's cap of `maxResults`; answers echo the effective value. */
  readonly dcSearchMax: number
  /** Cloud: histories inside an issue; Data Center shows all. */
  readonly embeddedHistoriesMax: number
  readonly embeddedCommentsMax: number
  readonly embeddedWorklogsMax: number
  /** Search sees a change only this much later. */
  readonly indexLagMs: number
  /** Above 0: each search misses about every n-th issue, other ones each time. */
  readonly indexFlapEvery: number
  /** Cloud: a page of bulk changelogs repeats the last history of the page before (JRACLOUD-94906). */
  readonly repeatsHistories: boolean
  /** Requests per second that the token bucket refills, on the site's clock; 0: no limit. Its depth is `requestsBurst`. */
  readonly requestsPerSecond: number
  readonly requestsBurst: number
}

export const defaultJiraLimits: JiraLimits = {
  searchIdsMax: 5000,
  searchFieldsMax: 100,
  dcSearchMax: 1000,
  embeddedHistoriesMax: 40,
  embeddedCommentsMax: 20,
  embeddedWorklogsMax: 20,
  indexLagMs: 0,
  indexFlapEvery: 0,
  repeatsHistories: false,
  requestsPerSecond: 0,
  requestsBurst: 100,
}

/** What the routes of one simulated site share. */
export interface JiraContext {
  readonly site: JiraSite
  readonly limits: JiraLimits
  readonly index: SearchIndex
  /** Where the simulator listens; known only after the start. */
  readonly address: () => string
  readonly userByKey: (key: string) => JiraUser | undefined
}

/** Finds users by key; notices users that were added later. */
export function userDirectory(site: JiraSite): (key: string) => JiraUser | undefined {
  let byKey = new Map<string, JiraUser>()
  return (key) => {
    if (byKey.size !== site.users.length) byKey = new Map(site.users.map((user) => [user.key, user]))
    return byKey.get(key)
  }
}

/** An issue by id, key or former key; not when it or its project is deleted. */
export function findIssue(site: JiraSite, idOrKey: string): JiraIssueRecord | undefined {
  const found = findRecord(site, idOrKey)
  const projectId = (found?.fields.project as { readonly id?: string } | undefined)?.id
  const isShown = site.projects.every(({ id, state }) => state !== 'deleted' || id !== projectId)
  return isShown ? found : undefined
}

function findRecord(site: JiraSite, idOrKey: string): JiraIssueRecord | undefined {
  const byId = site.issues.get(idOrKey)
  if (byId !== undefined) return byId.deleted ? undefined : byId
  const key = idOrKey.toUpperCase()
  let former: JiraIssueRecord | undefined
  for (const issue of site.issues.values()) {
    if (issue.deleted) continue
    if (issue.key === key) return issue
    if (issue.previousKeys.includes(key)) former = issue
  }
  return former
}
