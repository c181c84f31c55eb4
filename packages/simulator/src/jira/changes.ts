import { SimulatorEditError } from '../server/edit-error.ts'

/** Changes of an issue. Names or ids are taken for statuses, types and priorities; a user's key for people. */
export interface JiraChanges {
  readonly status?: string
  readonly assignee?: string | null
  readonly summary?: string
  /** Wiki markup. */
  readonly description?: string
  readonly labels?: readonly string[]
  readonly storyPoints?: number | null
  /** The whole membership after the change. */
  readonly sprintIds?: readonly number[]
  /** Id or key of the parent or epic. */
  readonly parent?: string | null
  readonly issueType?: string
  readonly priority?: string
  /** Key of another project: the issue moves there and gets a new key; its id stays. */
  readonly project?: string
  /** Adds a comment with this wiki text. */
  readonly comment?: string
}

export interface JiraCreation extends JiraChanges {
  readonly project: string
  readonly issueType: string
  readonly summary: string
}

/** Finds by id, key or name; throws a {@link SimulatorEditError} that names what is missing. */
export function oneOf<T extends { readonly id: string; readonly name: string; readonly key?: string }>(
  list: readonly T[],
  wanted: string,
  what: string,
): T {
  const found = list.find((entry) => entry.id === wanted || entry.key === wanted || entry.name === wanted)
  if (found === undefined) throw new SimulatorEditError(`The simulated site has no ${what} '${wanted}'.`)
  return found
}
