import { z } from 'zod'
import { parseTime } from '../timestamp.ts'

/**
 * What is stored of one issue: the issue as read, its comments and worklogs taken out and made complete, and all its
 * changelog histories.
 */
export interface RawJiraTicket {
  readonly issue: unknown
  readonly histories: readonly unknown[]
  /** How many histories Jira says there are. */
  readonly historyTotal: number
  readonly comments: readonly unknown[]
  readonly worklogs: readonly unknown[]
}

const id = z.string().min(1)

const time = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const ms = parseTime(value)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: value === undefined ? 'is missing' : 'is not a time' })
    return z.NEVER
  })

const user = z
  .object({ accountId: z.string().nullish(), key: z.string().nullish(), name: z.string().nullish() })
  .nullish()

/** Who a person is for us: the account id on Cloud, the user key on Data Center. */
export function accountIdOf(person: z.infer<typeof user>): string | null {
  return person?.accountId ?? person?.key ?? person?.name ?? null
}

const named = z.object({ name: z.string() }).nullish()

/** The fields of an issue that we count or show. Everything else passes unseen. */
export const jiraIssue = z.object({
  id,
  key: z.string().min(1),
  fields: z.object({
    summary: z.string().nullish(),
    description: z.unknown().optional(),
    issuetype: z.object({
      name: z.string(),
      subtask: z.boolean().nullish(),
      hierarchyLevel: z.number().nullish(),
    }),
    status: z.object({ id, name: z.string(), statusCategory: z.object({ key: z.string() }).nullish() }),
    project: z.object({ id, key: z.string(), name: z.string() }).nullish(),
    parent: z.object({ id: id.nullish(), key: z.string().nullish() }).nullish(),
    labels: z.array(z.string()).nullish(),
    components: z.array(z.object({ name: z.string() })).nullish(),
    priority: named,
    resolution: named,
    assignee: user,
    reporter: user,
    created: time,
    updated: time,
    archiveddate: z.unknown().optional(),
  }),
})

export type JiraIssue = z.infer<typeof jiraIssue>

export const jiraHistory = z.object({
  id,
  created: time,
  author: user,
  items: z.array(z.unknown()).nullish(),
})

export const jiraComment = z.object({ id, created: time, author: user })

/** People type when they worked; where nobody can read that date, the work counts when it was logged. */
export const jiraWorklog = z
  .object({
    id,
    author: user,
    started: z.unknown().optional(),
    created: z.unknown().optional(),
    timeSpentSeconds: z.number().nonnegative(),
  })
  .transform((worklog, context) => {
    const startedAt = parseTime(worklog.started) ?? parseTime(worklog.created)
    if (startedAt !== null) {
      return {
        id: worklog.id,
        authorAccountId: accountIdOf(worklog.author),
        startedAt,
        seconds: worklog.timeSpentSeconds,
      }
    }
    context.addIssue({ code: 'custom', path: ['started'], message: 'is not a time' })
    return z.NEVER
  })

/** The comments, worklogs and changelog of an issue, made complete. */
export const jiraParts = z.object({
  histories: z.array(jiraHistory),
  historyTotal: z.number(),
  comments: z.array(jiraComment),
  worklogs: z.array(jiraWorklog),
})

export type JiraParts = z.infer<typeof jiraParts>
