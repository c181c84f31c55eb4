import { SimulatorEditError } from '../server/edit-error.ts'

/** Changes of an issue. Ids or names are taken for states and labels, keys for teams, ids for people. */
export interface LinearChanges {
  readonly state?: string
  readonly assignee?: string | null
  readonly title?: string
  readonly description?: string
  readonly labels?: readonly string[]
  readonly priority?: 0 | 1 | 2 | 3 | 4
  readonly estimate?: number | null
  readonly cycle?: string | null
  readonly project?: string | null
  /** Id or identifier of the parent issue. */
  readonly parent?: string | null
  /** Id or key of another team: the issue moves there and gets a new identifier, state and no cycle; its id stays. */
  readonly team?: string
  readonly dueDate?: string | null
  /** False brings it back. */
  readonly archived?: boolean
  /** Trash is archived, and deleted for good after 30 days; false brings it back. */
  readonly trashed?: boolean
  /** Adds a comment. */
  readonly comment?: string
}

export interface LinearCreation extends LinearChanges {
  readonly team: string
  readonly title: string
}

/** Finds by id, key or name; throws a {@link SimulatorEditError} that names what is missing. */
export function oneOf<T extends { readonly id: string; readonly name: string | null; readonly key?: string }>(
  list: readonly T[],
  wanted: string,
  what: string,
): T {
  const found = list.find((entry) => entry.id === wanted || entry.key === wanted || entry.name === wanted)
  if (found === undefined) throw new SimulatorEditError(`The simulated workspace has no ${what} '${wanted}'.`)
  return found
}
