import type { JiraContext } from './context.ts'
import type { JiraHistory, JiraHistoryItem } from './site.ts'
import { jiraUserValue } from './values.ts'

/** The user behind a key; a key without a user is a former user, `null` nobody. */
export function renderAuthor(context: JiraContext, key: string | null): unknown {
  if (key === null) return null
  const user = context.userByKey(key) ?? {
    key,
    name: key,
    displayName: 'Former user',
    emailAddress: null,
    timeZone: null,
    active: false,
    accountType: 'atlassian' as const,
  }
  return jiraUserValue(context.site, user)
}

const userFields = new Set(['assignee', 'reporter'])

export function renderHistoryItem(context: JiraContext, item: JiraHistoryItem): Record<string, unknown> {
  const { field, fieldId, fieldtype, from, fromString, to, toString: toText } = item
  if (context.site.kind === 'dc') return { field, fieldtype, from, fromString, to, toString: toText }
  return {
    field,
    fieldtype,
    fieldId: fieldId ?? field,
    from,
    fromString,
    to,
    toString: toText,
    ...(userFields.has(field) ? { tmpFromAccountId: from, tmpToAccountId: to } : {}),
  }
}

/** A history as search and the issue's own changelog show it: without `author` when the tracker does not say who. */
export function renderHistory(context: JiraContext, history: JiraHistory): Record<string, unknown> {
  return {
    id: history.id,
    ...(history.authorKey === null ? {} : { author: renderAuthor(context, history.authorKey) }),
    created: history.created,
    items: history.items.map((item) => renderHistoryItem(context, item)),
  }
}

/** The `changelog` of an issue: on Cloud the newest ones first and only as many as fit, on Data Center all, oldest first. */
export function renderChangelog(context: JiraContext, histories: readonly JiraHistory[]): Record<string, unknown> {
  const shown =
    context.site.kind === 'dc' ? histories : histories.toReversed().slice(0, context.limits.embeddedHistoriesMax)
  return {
    startAt: 0,
    maxResults: shown.length,
    total: histories.length,
    histories: shown.map((history) => renderHistory(context, history)),
  }
}
