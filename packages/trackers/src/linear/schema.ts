import { z } from 'zod'
import { parseTime } from '../timestamp.ts'

const time = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const ms = parseTime(value)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: value === undefined ? 'is missing' : 'is not a time' })
    return z.NEVER
  })

const id = z.string().min(1)
const optionalId = id.nullish().transform((value) => value ?? null)
const reference = z
  .object({ id })
  .nullish()
  .transform((value) => value?.id ?? null)
const optionalText = z.string().nullish()
const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? null)
const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })

/** One row of an issue's history: what one actor changed within a short time. */
export const linearHistoryRow = z.object({
  id,
  createdAt: time,
  actorId: optionalId,
  fromStateId: optionalId,
  toStateId: optionalId,
  fromAssigneeId: optionalId,
  toAssigneeId: optionalId,
  fromEstimate: optionalNumber,
  toEstimate: optionalNumber,
  fromCycleId: optionalId,
  toCycleId: optionalId,
  fromProjectId: optionalId,
  toProjectId: optionalId,
  fromParentId: optionalId,
  toParentId: optionalId,
  fromTeamId: optionalId,
  toTeamId: optionalId,
  fromTitle: optionalText,
  toTitle: optionalText,
  updatedDescription: z.boolean().nullish(),
  addedLabelIds: z.array(z.unknown()).nullish(),
  removedLabelIds: z.array(z.unknown()).nullish(),
  fromPriority: optionalNumber,
  toPriority: optionalNumber,
  fromDueDate: optionalText,
  toDueDate: optionalText,
})

export type LinearHistoryRow = z.infer<typeof linearHistoryRow>

/** The fields of an issue that we count or show, with its whole history and comments. */
export const linearIssue = z.object({
  id,
  identifier: id,
  previousIdentifiers: z.array(z.string()).nullish(),
  url: z.string(),
  title: z.string(),
  description: optionalText,
  priorityLabel: optionalText,
  priority: optionalNumber,
  estimate: optionalNumber,
  labelIds: z.array(z.string()).nullish(),
  createdAt: time,
  updatedAt: time,
  archivedAt: z.unknown().optional(),
  trashed: z.boolean().nullish(),
  state: z.object({ id, name: z.string(), type: z.string() }),
  team: z.object({ id, key: z.string(), name: z.string() }).nullish(),
  project: z.object({ id, slugId: z.string(), name: z.string() }).nullish(),
  cycle: z.unknown().optional(),
  parent: z.object({ id, identifier: z.string() }).nullish(),
  assignee: reference,
  creator: reference,
  history: z.object({ nodes: z.array(linearHistoryRow), pageInfo }),
  comments: z.object({ nodes: z.array(z.object({ id, createdAt: time, user: reference })), pageInfo }),
})

export type LinearIssue = z.infer<typeof linearIssue>

/** A connection as Linear answers it, its nodes unread. */
export const connection = z.object({ nodes: z.array(z.unknown()), pageInfo })

/** An issue as Linear answers it, not checked: one that is malformed must not lose its page. */
export type LinearNode = Readonly<Record<string, unknown>>

export const linearNode = z.record(z.string(), z.unknown())

/** One of the lists of an issue, or null when it is not readable. */
export function connectionIn(issue: LinearNode, name: 'history' | 'comments'): z.infer<typeof connection> | null {
  return connection.safeParse(issue[name]).data ?? null
}
