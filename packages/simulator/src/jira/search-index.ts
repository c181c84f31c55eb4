import type { JiraIssueRecord, JiraSite } from './site.ts'

/** An issue as search sees it, with what JQL compares. */
export interface IndexedIssue {
  readonly record: JiraIssueRecord
  readonly number: number
  readonly createdMs: number
  readonly updatedMs: number
}

/** Which issues a query wants, in which order. */
export interface IndexQuery {
  /** Queries of the same key give the same list while nothing changes; `null`: the answer depends on the time. */
  readonly key: string | null
  readonly matches: (issue: IndexedIssue) => boolean
  readonly compare: (left: IndexedIssue, right: IndexedIssue) => number
}

/** What search knows. It follows the truth with the site's index lag; without one it is in step at once. */
export interface SearchIndex {
  /** Remembers how the issue was before a change (`null`: it did not exist), until the lag has passed. */
  changed(issueId: string, before: JiraIssueRecord | null): void
  /** All matches among what search can see now, in order. */
  list(query: IndexQuery): readonly IndexedIssue[]
}

/** As the limits of the same names. */
interface Disturbance {
  readonly indexLagMs: number
  readonly indexFlapEvery: number
}

interface Shadow {
  readonly until: number
  readonly before: JiraIssueRecord | null
}

interface Entry extends IndexedIssue {
  readonly fields: JiraIssueRecord['fields']
  readonly updated: unknown
  readonly deleted: boolean
}

/** `disturbance` is looked at in every search, so that whoever holds it may change it. */
export function createSearchIndex(site: JiraSite, disturbance: Disturbance): SearchIndex {
  const shadows = new Map<string, Shadow[]>()
  let entries: Entry[] = []
  const lists = new Map<string, readonly IndexedIssue[]>()
  let searches = 0

  /** Records are changed from many sides, so every search looks whether its entries still hold. */
  function refresh(): void {
    const fresh: Entry[] = []
    const now = site.serverTime()
    const hidden = new Set(site.projects.flatMap(({ id, state }) => (state === undefined ? [] : [id])))
    const isHidden = ({ deleted, fields }: JiraIssueRecord) =>
      deleted || (hidden.size > 0 && hidden.has((fields.project as { id: string }).id))
    let at = 0
    let same = true
    for (const live of site.issues.values()) {
      const record = shadows.size === 0 ? live : seen(shadows, live, now)
      const known = entries[at]
      at += 1
      if (record === null) {
        fresh.push({
          record: live,
          number: 0,
          createdMs: 0,
          updatedMs: 0,
          fields: live.fields,
          updated: null,
          deleted: true,
        })
        same &&= known?.deleted === true
      } else if (known !== undefined && holds(known, record, isHidden(record))) fresh.push(known)
      else {
        fresh.push(entryOf(record, isHidden(record)))
        same = false
      }
    }
    if (same && entries.length === fresh.length) return
    entries = fresh
    lists.clear()
  }
  return {
    changed: (issueId, before) => {
      const lagMs = disturbance.indexLagMs
      if (lagMs === 0) return shadows.clear()
      const waiting = shadows.get(issueId) ?? []
      waiting.push({ until: site.serverTime() + lagMs, before })
      shadows.set(issueId, waiting)
    },
    list: ({ key, matches, compare }) => {
      const flapEvery = disturbance.indexFlapEvery
      if (disturbance.indexLagMs === 0) shadows.clear()
      refresh()
      searches += 1
      const remembered = key === null || flapEvery > 0 ? undefined : lists.get(key)
      if (remembered !== undefined) return remembered
      const visible = entries.filter(
        (entry) => !entry.deleted && !(flapEvery > 0 && (entry.number * 31 + searches * 17) % flapEvery === 0),
      )
      const found = visible.filter(matches).sort(compare)
      if (key !== null) lists.set(key, found)
      return found
    },
  }
}

function holds(entry: Entry, record: JiraIssueRecord, deleted: boolean): boolean {
  const { fields } = record
  return (
    entry.record === record && entry.fields === fields && entry.updated === fields.updated && entry.deleted === deleted
  )
}

function entryOf(record: JiraIssueRecord, deleted: boolean): Entry {
  const { fields } = record
  return { ...indexedIssue(record), fields, updated: fields.updated, deleted }
}

/** A record with what JQL compares. */
export function indexedIssue(record: JiraIssueRecord): IndexedIssue {
  const { created, updated } = record.fields
  return {
    record,
    number: Number(record.id),
    createdMs: Date.parse(String(created)),
    updatedMs: Date.parse(String(updated)),
  }
}

function seen(shadows: Map<string, Shadow[]>, live: JiraIssueRecord, now: number): JiraIssueRecord | null {
  const waiting = shadows.get(live.id)
  if (waiting === undefined) return live
  while (waiting[0] !== undefined && waiting[0].until <= now) waiting.shift()
  if (waiting[0] !== undefined) return waiting[0].before
  shadows.delete(live.id)
  return live
}
