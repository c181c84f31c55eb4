import { isDeepStrictEqual } from 'node:util'
import type { ReferenceData } from '@headroom/trackers'

/**
 * What differs between two readings of the small tables: the ids and former names of entries that are new, changed or
 * gone, or `all` when something changed that every ticket depends on, such as the field that holds the estimates. Pure.
 */
export function changedReferences(before: ReferenceData, after: ReferenceData): readonly string[] | 'all' {
  const changed = new Set<string>()
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[table], after[table]]
    if (isDeepStrictEqual(old, now)) continue
    if (!isMap(old) || !isMap(now)) return 'all'
    for (const id of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (isDeepStrictEqual(old[id], now[id])) continue
      changed.add(id)
      // Tickets hold the names of their labels.
      if (typeof old[id] === 'string') changed.add(old[id])
    }
  }
  return [...changed]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
