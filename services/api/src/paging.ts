import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ProblemError } from './problem.ts'

/** What every list takes. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many, at most 200' }),
  cursor: z.string().max(2000).optional().meta({ description: '`nextCursor` of the page before' }),
}

/** What every list answers. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() })
}

interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * One page of a list that `read` yields in a fixed order after a place. `place` is a schema for what identifies a row in
 * that order; it travels in the cursor with a digest of the other parameters, since a cursor means nothing in another list.
 */
export async function readPage<Row, Place>(args: {
  readonly query: PageQuery & Readonly<Record<string, unknown>>
  readonly place: z.ZodType<Place>
  readonly placeOf: (row: Row) => Place
  /** Up to `limit` rows after the place. */
  readonly read: (limit: number, after: Place | null) => Promise<readonly Row[]>
}): Promise<{ data: Row[]; nextCursor: string | null }> {
  const { limit, cursor, ...list } = args.query
  const rows = await args.read(limit + 1, cursor === undefined ? null : openCursor(cursor, list, args.place))
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: rows.length > limit && last ? cursorAfter(args.placeOf(last), list) : null }
}

/** The cursor of what comes after a place in the list with these other parameters. */
export function cursorAfter(place: unknown, list: object): string {
  return Buffer.from(JSON.stringify([digestOf(list), place])).toString('base64url')
}

function openCursor<Place>(cursor: string, list: object, place: z.ZodType<Place>): Place {
  try {
    const [digest, value] = z
      .tuple([z.string(), z.unknown()])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (digest === digestOf(list)) return place.parse(value)
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError)) throw cause
  }
  throw new ProblemError(
    'invalid-cursor',
    'cursor: is not one of this list; send nextCursor with the same parameters',
    {
      errors: [{ field: 'cursor', message: 'is not one of this list; send nextCursor with the same parameters' }],
    },
  )
}

function digestOf(list: object): string {
  const entries = Object.entries(list).filter(([, value]) => value !== undefined)
  return createHash('sha256').update(JSON.stringify(entries.sort())).digest('base64url').slice(0, 8)
}
