import { hmacSha256Hex, type WebhookRules } from '../webhook-sender.ts'
import type { LinearContext } from './context.ts'
import type { LinearEvent } from './edit.ts'
import { issueUrl, priorityLabel } from './resolvers.ts'
import { type LinearIssueRecord, linearIdentifier } from './workspace.ts'

/** How Linear sends: only HTTP 200 within 5 seconds confirms; three repeats of the same bytes. */
export function linearWebhookRules(retryDelayMs: number): WebhookRules {
  return {
    retriesMax: 3,
    retryDelayMs,
    timeoutMs: 5000,
    repeatsAfter: (status) => status !== 200,
    headers: ({ secret }, body, { id }) => {
      const { type, webhookTimestamp } = JSON.parse(body) as { type: string; webhookTimestamp: number }
      return {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Linear-Webhook',
        'linear-delivery': id,
        'linear-event': type,
        'linear-timestamp': String(webhookTimestamp),
        ...(secret === null ? {} : { 'linear-signature': hmacSha256Hex(secret, body) }),
      }
    },
  }
}

/** The bodies that one event causes, for one subscription: the issue's own, and for a comment a second one. */
export function linearWebhookBodies(
  context: LinearContext,
  event: LinearEvent,
  webhookId: string,
): { name: string; body: string }[] {
  const { workspace, find } = context
  const user = find.user(event.byUser)
  const actor = user === null ? null : { id: user.id, type: 'user', name: user.name, email: user.email }
  const shared = {
    actor,
    createdAt: event.at,
    organizationId: workspace.organization.id,
    webhookTimestamp: workspace.serverTime(),
    webhookId,
  }
  const url = issueUrl(context, event.issue)
  const issueBody = {
    action: event.action,
    ...shared,
    type: 'Issue',
    data: issueData(context, event.issue),
    ...(event.action === 'update' || event.action === 'restore' ? { updatedFrom: event.updatedFrom } : {}),
    // Missing on removal, as on the real one.
    ...(event.action === 'remove' ? {} : { url }),
  }
  const bodies = changedOnlyByComment(event) ? [] : [{ name: 'Issue', body: JSON.stringify(issueBody) }]
  if (event.comment !== null) {
    const data = { ...event.comment, issueId: event.issue.id, issue: { id: event.issue.id, title: event.issue.title } }
    bodies.push({ name: 'Comment', body: JSON.stringify({ action: 'create', ...shared, type: 'Comment', data, url }) })
  }
  return bodies
}

function changedOnlyByComment({ comment, updatedFrom }: LinearEvent): boolean {
  return comment !== null && Object.keys(updatedFrom ?? {}).every((field) => field === 'updatedAt')
}

/** `data` is flat: ids, with short forms of the related rows beside them. */
function issueData(context: LinearContext, issue: LinearIssueRecord) {
  const { find, workspace } = context
  const { history: _history, comments: _comments, trashed, ...fields } = issue
  const state = find.state(issue.stateId)
  const team = find.team(issue.teamId)
  const assignee = find.user(issue.assigneeId)
  const cycle = find.cycle(issue.cycleId)
  const project = find.project(issue.projectId)
  const labels = issue.labelIds.map(find.label).filter((label) => label !== null)
  return {
    ...fields,
    ...(trashed ? { trashed } : {}),
    identifier: linearIdentifier(workspace, issue),
    url: issueUrl(context, issue),
    priorityLabel: priorityLabel(issue),
    sortOrder: 0,
    subscriberIds: [],
    reactionData: [],
    labels: labels.map(({ id, color, name }) => ({ id, color, name })),
    ...(state === null ? {} : { state: { id: state.id, color: state.color, name: state.name, type: state.type } }),
    ...(team === null ? {} : { team: { id: team.id, key: team.key, name: team.name } }),
    ...(assignee === null ? {} : { assignee: { id: assignee.id, name: assignee.name, email: assignee.email } }),
    ...(cycle === null
      ? {}
      : { cycle: { id: cycle.id, number: cycle.number, startsAt: cycle.startsAt, endsAt: cycle.endsAt } }),
    ...(project === null ? {} : { project: { id: project.id, name: project.name } }),
  }
}
