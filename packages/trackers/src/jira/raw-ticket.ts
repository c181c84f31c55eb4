import { mapConcurrent } from '../map-concurrent.ts'
import { parseTime } from '../timestamp.ts'
import type { JiraClient } from './client.ts'
import type { JiraReferences } from './references.ts'
import type { RawJiraTicket } from './schema.ts'

/** The fields that an issue is asked for. Unknown names are ignored by Jira. */
export function fieldsToRead(references: JiraReferences): string[] {
  const { estimateFields, sprintFields, epicLinkFields, epicLabelFields, parentLinkFields } = references
  const custom = [estimateFields, sprintFields, epicLinkFields, epicLabelFields, parentLinkFields].flat()
  return [
    ...['summary', 'description', 'issuetype', 'status', 'project', 'parent', 'labels', 'components', 'priority'],
    ...['resolution', 'assignee', 'reporter', 'created', 'updated', 'archiveddate', 'comment', 'worklog'],
    ...new Set(custom.map((f) => f.id)),
  ]
}

/** An issue as search or GET shows it, with what is embedded taken out. The lists are cut off; `total` tells. */
export interface EmbeddedTicket {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly raw: RawJiraTicket
  readonly commentTotal: number
  readonly worklogTotal: number
}

export function embeddedTicket(issue: unknown): EmbeddedTicket {
  const { changelog, fields, ...rest } = asObject(issue)
  const { comment, worklog, ...otherFields } = asObject(fields)
  const histories = listIn(changelog, 'histories')
  const comments = listIn(comment, 'comments')
  const worklogs = listIn(worklog, 'worklogs')
  return {
    id: String(rest.id ?? ''),
    fields: otherFields,
    raw: {
      issue: { ...rest, fields: otherFields },
      histories: histories.items,
      historyTotal: histories.total,
      comments: comments.items,
      worklogs: worklogs.items,
    },
    commentTotal: comments.total,
    worklogTotal: worklogs.total,
  }
}

/** When the issue was created, as its payload says; null when that is not readable. */
export function createdOf(ticket: EmbeddedTicket): number | null {
  return parseTime(ticket.fields.created)
}

/** Reads the comments and worklogs that were cut off, a few issues at once. */
export async function withAllChildren(
  client: JiraClient,
  api: string,
  tickets: readonly EmbeddedTicket[],
): Promise<EmbeddedTicket[]> {
  return mapConcurrent(tickets, 4, async (ticket) => {
    const { comments, worklogs } = ticket.raw
    const path = `${api}/issue/${ticket.id}`
    const isShort = { comments: ticket.commentTotal > comments.length, worklogs: ticket.worklogTotal > worklogs.length }
    if (!isShort.comments && !isShort.worklogs) return ticket
    const raw = {
      ...ticket.raw,
      comments: isShort.comments ? await readAll(client, `${path}/comment`, 'comments', 100) : comments,
      worklogs: isShort.worklogs ? await readAll(client, `${path}/worklog`, 'worklogs', 1000) : worklogs,
    }
    return { ...ticket, raw }
  })
}

/** All entries of a list that pages by `startAt`; Data Center gives it whole and ignores the paging. */
async function readAll(client: JiraClient, path: string, key: string, maxResults: number): Promise<unknown[]> {
  const all = new Map<string, unknown>()
  for (let startAt = 0; ; ) {
    const { items, total } = listIn(await client.get(path, { startAt, maxResults }), key)
    for (const item of items) all.set(String(asObject(item).id), item)
    startAt += items.length
    if (items.length === 0 || startAt >= total) return [...all.values()]
  }
}

function listIn(holder: unknown, key: string): { items: unknown[]; total: number } {
  const { [key]: list, total } = asObject(holder)
  const items: unknown[] = Array.isArray(list) ? list : []
  return { items, total: typeof total === 'number' ? total : items.length }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
