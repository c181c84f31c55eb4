/** Decides which fields an answer shows, from Jira's `fields` parameter. */
export type FieldSelection = (field: string) => boolean

const notNavigable = new Set(['comment', 'worklog', 'attachment', 'environment'])

/**
 * `requested` as the client sent it (each entry may be a comma list); `fallback` stands where nothing is included.
 * Names with a dash exclude. Only `id` and `key` means: no field at all.
 */
export function selectFields(requested: readonly string[], fallback: '*all' | '*navigable' | 'id'): FieldSelection {
  const names = requested
    .flatMap((entry) => entry.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const excluded = new Set(names.filter((name) => name.startsWith('-')).map((name) => name.slice(1)))
  const included = new Set(names.filter((name) => !name.startsWith('-')))
  if (included.size === 0) included.add(excluded.size > 0 ? '*navigable' : fallback)
  return (field) => {
    if (excluded.has(field)) return false
    if (included.has('*all') || included.has(field)) return true
    return included.has('*navigable') && !notNavigable.has(field)
  }
}

/** Whether the selection asks for no more than ids and keys, which allows larger search pages. */
export function asksIdsOnly(requested: readonly string[]): boolean {
  return requested.flatMap((entry) => entry.split(',')).every((name) => ['id', 'key', ''].includes(name.trim()))
}
