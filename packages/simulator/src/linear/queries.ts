import { randomUUID } from 'node:crypto'
import type { Webhook } from '../webhook-sender.ts'
import { type PageArguments, pageOf } from './connection.ts'
import type { LinearContext } from './context.ts'
import { linearError, notFound } from './errors.ts'
import { compileFilter, type FilterInput, type ReadField } from './filter.ts'
import type { TypeResolvers } from './resolvers.ts'
import { type LinearIssueRecord, linearIdentifier } from './workspace.ts'

type ListArguments = PageArguments & { readonly filter?: FilterInput | null; readonly includeDisabled?: boolean | null }

/** What a filter on related rows follows. */
function reader({ find }: LinearContext): ReadField {
  return (row, field) => {
    const value = (row as Readonly<Record<string, unknown>>)[field]
    if (value !== undefined) return value
    const { teamId, stateId } = row as { teamId?: string; stateId?: string }
    if (field === 'team') return find.team(teamId)
    return field === 'state' ? find.state(stateId) : null
  }
}

function listed<T extends { id: string; createdAt: string; updatedAt: string }>(
  context: LinearContext,
  rows: Iterable<T>,
  args: ListArguments,
) {
  if (!args.filter) return pageOf(rows, args)
  return pageOf(rows, args, compileFilter(args.filter, reader(context), context.workspace.serverTime()))
}

/** An issue by UUID or identifier, also by one that it had before it moved. */
export function findLinearIssue(context: Pick<LinearContext, 'workspace'>, id: string): LinearIssueRecord | undefined {
  const { workspace } = context
  const byId = workspace.issues.get(id)
  if (byId !== undefined) return byId
  let former: LinearIssueRecord | undefined
  for (const issue of workspace.issues.values()) {
    if (linearIdentifier(workspace, issue) === id) return issue
    if (issue.previousIdentifiers.includes(id)) former = issue
  }
  return former
}

export const queryResolvers: TypeResolvers<unknown> = {
  viewer: (_source, _args, { workspace }) => workspace.users[0],
  organization: (_source, _args, { workspace }) => workspace.organization,
  rateLimitStatus: (_source, _args, { rate }) => ({ identifier: null, kind: 'user', limits: rate.status() }),
  issue: (_source, { id }: { id: string }, context) => {
    const issue = findLinearIssue(context, id)
    if (issue === undefined) throw notFound('Issue')
    return issue
  },
  issues: (_source, args: ListArguments, context) => listed(context, context.workspace.issues.values(), args),
  users: (_source, args: ListArguments, context) => {
    const { users } = context.workspace
    return listed(context, args.includeDisabled === true ? users : users.filter(({ active }) => active), args)
  },
  teams: (_source, args: ListArguments, context) => listed(context, context.workspace.teams, args),
  workflowStates: (_source, args: ListArguments, context) => listed(context, context.workspace.states, args),
  issueLabels: (_source, args: ListArguments, context) => listed(context, context.workspace.labels, args),
  cycles: (_source, args: ListArguments, context) => listed(context, context.workspace.cycles, args),
  projects: (_source, args: ListArguments, context) => listed(context, context.workspace.projects, args),
  comments: (_source, args: ListArguments, context) => {
    const issues = [...context.workspace.issues.values()]
    return listed(
      context,
      issues.flatMap((issue) => issue.comments.map((row) => ({ ...row, issueId: issue.id }))),
      args,
    )
  },
  webhook: (_source, { id }: { id: string }, context) => {
    const found = context.webhooks.webhooks.find((webhook) => webhook.id === id)
    if (found === undefined) throw notFound('Webhook')
    return webhookRow(context, found)
  },
  webhooks: (_source, args: PageArguments, context) =>
    pageOf(
      context.webhooks.webhooks.map((webhook) => webhookRow(context, webhook)),
      args,
    ),
}

interface WebhookInput {
  readonly id?: string | null
  readonly url: string
  readonly secret?: string | null
  readonly resourceTypes: readonly string[]
}

export const mutationResolvers: TypeResolvers<unknown> = {
  webhookUpdate: (_source, { id, input }: { id: string; input: Partial<WebhookInput> }, context) => {
    mustBeAdmin(context)
    const list = context.webhooks.webhooks
    const at = list.findIndex((webhook) => webhook.id === id)
    const before = list[at]
    if (before === undefined) throw notFound('Webhook')
    const { url = before.url, secret = before.secret, resourceTypes } = input
    const webhook = { ...before, url, secret: secret ?? null, ...(resourceTypes ? { events: resourceTypes } : {}) }
    list[at] = webhook
    return { success: true, lastSyncId: 1, webhook: webhookRow(context, webhook) }
  },
  webhookCreate: (_source, { input }: { input: WebhookInput }, context) => {
    mustBeAdmin(context)
    const webhook = {
      id: input.id ?? randomUUID(),
      url: input.url,
      secret: input.secret ?? null,
      events: input.resourceTypes,
    }
    context.webhooks.webhooks.push(webhook)
    return { success: true, lastSyncId: 1, webhook: webhookRow(context, webhook) }
  },
  webhookDelete: (_source, { id }: { id: string }, { webhooks }) => {
    const at = webhooks.webhooks.findIndex((webhook) => webhook.id === id)
    if (at < 0) throw notFound('Webhook')
    webhooks.webhooks.splice(at, 1)
    return { success: true, lastSyncId: 1, entityId: id }
  },
}

function mustBeAdmin({ isAdmin }: LinearContext): void {
  if (isAdmin) return
  const extensions = { type: 'forbidden', code: 'FORBIDDEN', statusCode: 403 }
  throw linearError('You need to be an admin to manage webhooks', extensions)
}

function webhookRow({ workspace }: LinearContext, { id, url, events = ['Issue', 'Comment'] }: Webhook) {
  const { createdAt } = workspace.organization
  return {
    id,
    url,
    label: null,
    enabled: true,
    allPublicTeams: true,
    resourceTypes: events,
    createdAt,
    updatedAt: createdAt,
  }
}
