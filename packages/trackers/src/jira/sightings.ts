import type { Sighting } from '@headroom/domain'
import { z } from 'zod'
import { createKeysetWalk, type WalkPage } from '../keyset-walk.ts'
import { parseTime } from '../timestamp.ts'
import type { Cursor, SightingPage } from '../tracker.ts'

/** An issue of which a search was asked for little more than the id. */
export const listedIssue = z.object({
  id: z.coerce.string(),
  fields: z
    .object({
      created: z.unknown().optional(),
      updated: z.unknown().optional(),
      archiveddate: z.unknown().optional(),
    })
    .nullish(),
})

export type ListedIssue = z.infer<typeof listedIssue>

/** One answer to a census's search. */
export interface ListedPage extends WalkPage<ListedIssue> {
  readonly warnings: readonly string[]
}

export function createdAt(issue: ListedIssue): number | null {
  return parseTime(issue.fields?.created)
}

/** A changed issue. Whether it is archived was not asked. */
export function changeOf({ id, fields }: ListedIssue): Sighting {
  return { externalId: id, updatedAt: parseTime(fields?.updated) }
}

/** The walk of a census over the search that `read` does: by creation, so that no change disturbs it. */
export function createSightings(
  read: (from: number, token: string | null) => Promise<ListedPage>,
  grainMs: number,
): (cursor: Cursor | null) => Promise<SightingPage> {
  let warnings: string[] = []
  const walk = createKeysetWalk<ListedIssue>({
    async read(from, token) {
      const page = await read(from, token)
      warnings.push(...page.warnings)
      return page
    },
    idOf: (issue) => issue.id,
    createdOf: createdAt,
    grainMs,
  })
  return async (cursor) => {
    const { rows, next } = await walk(cursor)
    const said = warnings
    warnings = []
    return {
      sightings: rows.map((issue) => ({ ...changeOf(issue), archivedAt: parseTime(issue.fields?.archiveddate) })),
      next,
      warnings: said,
    }
  }
}
