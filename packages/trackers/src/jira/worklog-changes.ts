import type { EpochMs } from '@headroom/domain'
import { z } from 'zod'
import type { WorklogChanges } from '../tracker.ts'
import { checked, type JiraSite, optional } from './site.ts'

const feedPage = z.object({
  values: z.array(z.object({ worklogId: z.coerce.string(), updatedTime: z.number() })),
  until: z.number().nullish(),
  lastPage: z.boolean().nullish(),
})

const listed = z.array(z.object({ id: z.coerce.string(), issueId: z.coerce.string() }))

/**
 * The site's two feeds of worklogs, page by page: a worklog may be changed or deleted without moving its issue's `updated`.
 * The feeds hold all projects; those that are not ours are left to whoever looks the tickets up.
 */
export async function* readJiraWorklogChanges(
  site: JiraSite,
  since: WorklogChanges['next'],
): AsyncGenerator<WorklogChanges> {
  let next = since
  for await (const { ids, until } of readFeed(site, 'updated', since.updatedSince)) {
    next = { ...next, updatedSince: until }
    yield { externalIds: await readTicketIds(site, ids), deletedWorklogIds: [], next }
  }
  for await (const { ids, until } of readFeed(site, 'deleted', since.deletedSince)) {
    next = { ...next, deletedSince: until }
    yield { externalIds: [], deletedWorklogIds: ids, next }
  }
}

async function* readFeed(
  site: JiraSite,
  feed: 'updated' | 'deleted',
  from: EpochMs,
): AsyncGenerator<{ readonly ids: string[]; readonly until: EpochMs }> {
  let since = from
  for (;;) {
    const answer = await optional(site, () => site.client.get(`${site.api}/worklog/${feed}`, { since }))
    if (answer === null) return
    const page = checked(feedPage, answer, 'changed worklogs')
    const last = page.values.reduce((latest, v) => Math.max(latest, v.updatedTime), since)
    const isLast = page.lastPage !== false || page.values.length === 0
    // `since` is inclusive, and the last minute is never listed, so that what a last page holds of a moment is all of it.
    // Where a whole page has one time, the rest of that moment can't be listed at all.
    const isStuck = !isLast && last === since
    if (isStuck) site.log.warn({ feed, since }, 'more worklogs changed at one moment than jira lists')
    const until = isLast || isStuck ? last + 1 : last
    if (page.values.length > 0) yield { ids: page.values.map((v) => v.worklogId), until }
    if (isLast) return
    since = until
  }
}

/** A worklog that the list leaves out is not ours to see. */
async function readTicketIds(site: JiraSite, worklogIds: readonly string[]): Promise<string[]> {
  const answer = await site.client.post(`${site.api}/worklog/list`, { ids: worklogIds.map(Number) })
  return [...new Set(checked(listed, answer, 'worklogs').map((w) => w.issueId))]
}
