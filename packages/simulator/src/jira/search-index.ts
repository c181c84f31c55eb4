import type { JiraIssueRecord, JiraSite } from './site.ts'

/** An issue as search sees it, with what JQL compares. */
export interface IndexedIssue {
  readonly record: JiraIssueRecord
  readonly number: number
  readonly createdMs: number
  readonly updatedMs: number
}

/** What search knows. It follows the truth with the site's index lag. */
export interface SearchIndex {
  /** Remembers how the issue was before a change (`null`: it did not exist), until the lag has passed. */
  changed(issueId: string, before: JiraIssueRecord | null): void
  /** Every issue that search can see now. */
  visible(): IndexedIssue[]
}

interface Shadow {
  readonly until: number
  readonly before: JiraIssueRecord | null
}

/** `lagMs` and `flapEvery` as in the limits `indexLagMs` and `indexFlapEvery`. */
export function createSearchIndex(site: JiraSite, lagMs: number, flapEvery: number): SearchIndex {
  const shadows = new Map<string, Shadow[]>()
  const parsed = new Map<string, IndexedIssue & { readonly created: unknown; readonly updated: unknown }>()
  let searches = 0

  function seen(live: JiraIssueRecord, now: number): JiraIssueRecord | null {
    const waiting = shadows.get(live.id)
    if (waiting === undefined) return live
    while (waiting[0] !== undefined && waiting[0].until <= now) waiting.shift()
    if (waiting[0] !== undefined) return waiting[0].before
    shadows.delete(live.id)
    return live
  }
  function entry(record: JiraIssueRecord): IndexedIssue {
    const { created, updated } = record.fields
    const known = parsed.get(record.id)
    if (known !== undefined && known.record === record && known.created === created && known.updated === updated)
      return known
    const fresh = {
      record,
      created,
      updated,
      number: Number(record.id),
      createdMs: Date.parse(String(created)),
      updatedMs: Date.parse(String(updated)),
    }
    parsed.set(record.id, fresh)
    return fresh
  }
  return {
    changed: (issueId, before) => {
      if (lagMs === 0) return
      const waiting = shadows.get(issueId) ?? []
      waiting.push({ until: site.serverTime() + lagMs, before })
      shadows.set(issueId, waiting)
    },
    visible: () => {
      const now = site.serverTime()
      searches += 1
      const found: IndexedIssue[] = []
      for (const live of site.issues.values()) {
        const record = seen(live, now)
        if (record === null || record.deleted) continue
        const indexed = entry(record)
        if (flapEvery > 0 && (indexed.number * 31 + searches * 17) % flapEvery === 0) continue
        found.push(indexed)
      }
      return found
    },
  }
}
