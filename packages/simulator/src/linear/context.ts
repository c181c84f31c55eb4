import type { WebhookSender } from '../webhook-sender.ts'
import type { RateLimiter } from './rate-limit.ts'
import type {
  LinearCycle,
  LinearLabel,
  LinearProject,
  LinearState,
  LinearTeam,
  LinearUser,
  LinearWorkspace,
} from './workspace.ts'

type Find<T> = (id: string | null | undefined) => T | null

/** Finds the small tables' rows by id. */
export interface LinearDirectory {
  readonly team: Find<LinearTeam>
  readonly state: Find<LinearState>
  readonly user: Find<LinearUser>
  readonly label: Find<LinearLabel>
  readonly cycle: Find<LinearCycle>
  readonly project: Find<LinearProject>
}

/** What the resolvers of one simulated workspace share. */
export interface LinearContext {
  readonly workspace: LinearWorkspace
  readonly find: LinearDirectory
  readonly webhooks: WebhookSender
  readonly rate: RateLimiter
  /** Whether the callers administer the workspace, as managing webhooks asks. */
  readonly isAdmin: boolean
}

/** A directory that notices rows that were added later. */
export function linearDirectory(workspace: LinearWorkspace): LinearDirectory {
  return {
    team: finder(() => workspace.teams),
    state: finder(() => workspace.states),
    user: finder(() => workspace.users),
    label: finder(() => workspace.labels),
    cycle: finder(() => workspace.cycles),
    project: finder(() => workspace.projects),
  }
}

function finder<T extends { readonly id: string }>(list: () => readonly T[]): Find<T> {
  let byId = new Map<string, T>()
  return (id) => {
    if (id === null || id === undefined) return null
    if (byId.size !== list().length) byId = new Map(list().map((row) => [row.id, row]))
    return byId.get(id) ?? null
  }
}
