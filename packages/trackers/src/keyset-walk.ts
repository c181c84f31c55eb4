import type { EpochMs } from '@headroom/domain'
import { TrackerProtocolError } from './errors.ts'
import type { Cursor } from './tracker.ts'

/** One answer of the tracker: rows in ascending order of creation, and how to go on within this search. */
export interface WalkPage<Row> {
  readonly rows: readonly Row[]
  /** The tracker's page token; null when it says that the search ends here. */
  readonly token: string | null
}

export interface WalkSource<Row> {
  /** Rows created at or after `from`; `token` continues a search that began with the same `from`. */
  read(from: EpochMs, token: string | null): Promise<WalkPage<Row>>
  idOf(row: Row): string
  /** Null where the row does not say it readably; such a row is given out too. */
  createdOf(row: Row): EpochMs | null
  /** The grain to which the tracker's search can be trusted to compare and order times. */
  readonly grainMs: number
}

/** A walk over all rows in order of creation, one page a call; `next` of one call is the `cursor` of the following. */
export type Walk<Row> = (
  cursor: Cursor | null,
) => Promise<{ readonly rows: readonly Row[]; readonly next: Cursor | null }>

interface Place {
  /** Everything created before this time has been given out. */
  readonly from: EpochMs
  /** The rows created at or after `from` that have been given out. */
  readonly seen: readonly string[]
}

/** The search that goes on after `place`: already asked for, so that it arrives while the caller stores the last page. */
interface Ahead<Row> {
  readonly key: string
  readonly from: EpochMs
  readonly token: string
  /** All tokens of this search so far: one that comes again would send us round in a circle. */
  readonly used: ReadonlySet<string>
  /** The rows of the last page, which a token that leads to itself would bring again. */
  readonly before: ReadonlySet<string>
  readonly page: Promise<WalkPage<Row>>
}

/**
 * Walks without losing or doubling a row, whatever happens between two pages. The cursor is a place among the creation
 * times and the ids already given at that place; a page token lives in memory only, as a short cut that may expire.
 * A search that ended after more than one page is checked by a fresh one from the last place, because Jira Cloud has
 * been seen to end a long token chain early (126,000 of 198,000 issues, without an error).
 */
export function createKeysetWalk<Row>(source: WalkSource<Row>): Walk<Row> {
  let ahead: Ahead<Row> | null = null

  return async (cursor) => {
    const place = placeOf(cursor)
    const key = JSON.stringify(place)
    const short = ahead?.key === key ? ahead : null
    ahead = null
    const found = (short && (await follow(source, place, short))) ?? (await search(source, place))
    if (!found) return { rows: [], next: null }
    const next = placeAfter(place, found.rows, source)
    if (found.token !== null) {
      const page = source.read(found.from, found.token)
      // The caller meets the failure when it asks for that page; until then it must not count as unhandled.
      page.catch(() => {})
      const before = new Set(found.rows.map((row) => source.idOf(row)))
      ahead = { key: JSON.stringify(next), from: found.from, token: found.token, used: found.used, before, page }
    }
    return { rows: found.rows, next: found.isWhole ? null : { ...next } }
  }
}

interface Found<Row> {
  readonly rows: readonly Row[]
  readonly from: EpochMs
  readonly token: string | null
  readonly used: ReadonlySet<string>
  /** One single answer held everything from the place on. */
  readonly isWhole: boolean
}

/** Goes on by token. Null when the chain ended without news or the token was no good: then a fresh search decides. */
async function follow<Row>(source: WalkSource<Row>, place: Place, short: Ahead<Row>): Promise<Found<Row> | null> {
  try {
    const known = [...place.seen, ...short.before]
    return await untilNews(source, known, short.from, [...short.used, short.token], await short.page)
  } catch (error) {
    // An expired token, or tokens in a circle; what is really wrong shows in a fresh search too.
    if (error instanceof TrackerProtocolError) return null
    throw error
  }
}

async function search<Row>(source: WalkSource<Row>, place: Place): Promise<Found<Row> | null> {
  const first = await source.read(place.from, null)
  return untilNews(source, place.seen, place.from, [], first)
}

async function untilNews<Row>(
  source: WalkSource<Row>,
  known: readonly string[],
  from: EpochMs,
  usedTokens: readonly string[],
  first: WalkPage<Row>,
): Promise<Found<Row> | null> {
  const seen = new Set(known)
  const used = new Set(usedTokens)
  let page = first
  for (;;) {
    const rows = page.rows.filter((row) => {
      const id = source.idOf(row)
      if (seen.has(id) || (source.createdOf(row) ?? from) < from) return false
      seen.add(id)
      return true
    })
    if (page.token !== null && used.has(page.token)) {
      throw new TrackerProtocolError('The tracker repeats a page token; its pages go round in a circle.')
    }
    if (rows.length > 0) return { rows, from, token: page.token, used, isWhole: page.token === null && used.size === 0 }
    if (page.token === null) return null
    used.add(page.token)
    page = await source.read(from, page.token)
  }
}

function placeOf(cursor: Cursor | null): Place {
  if (cursor === null) return { from: 0, seen: [] }
  const { from, seen } = cursor
  if (typeof from !== 'number' || !Array.isArray(seen)) {
    throw new TrackerProtocolError('The stored place of this backfill is not readable; start a full sync.')
  }
  return { from, seen: seen.map(String) }
}

function placeAfter<Row>(place: Place, rows: readonly Row[], source: WalkSource<Row>): Place {
  const last = rows.reduce((latest, row) => Math.max(latest, source.createdOf(row) ?? 0), place.from)
  const from = Math.max(place.from, Math.floor(last / source.grainMs) * source.grainMs)
  const now = rows.filter((row) => (source.createdOf(row) ?? from) >= from).map((row) => source.idOf(row))
  return { from, seen: from === place.from ? [...place.seen, ...now] : now }
}
