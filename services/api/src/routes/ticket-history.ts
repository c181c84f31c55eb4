import { createHmac } from 'node:crypto'
import {
  assigneeIntervals,
  statusCategories,
  statusIntervals,
  type Transition,
  transitionFields,
} from '@headroom/domain'
import { readTicketHistory, type TicketHistory, writeAudit } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf, hasScope } from '../authentication.ts'
import { derivedKey } from '../derived-key.ts'
import { notFound } from '../problem.ts'
import { ticketOf, ticketParams } from './tickets.ts'

const whoSchema = z.string().nullable().meta({
  description: 'With the scope people a person’s id; otherwise a pseudonym that holds within this ticket only',
})

const historySchema = z
  .object({
    statusIntervals: z.array(
      z.object({
        status: z.string(),
        statusCategory: z.enum(statusCategories),
        from: z.date(),
        to: z.date().nullable(),
      }),
    ),
    assigneeIntervals: z.array(z.object({ assigneeId: whoSchema, from: z.date(), to: z.date().nullable() })),
    transitions: z.array(
      z.object({
        at: z.date(),
        field: z.enum(transitionFields),
        from: z.string().nullable(),
        to: z.string().nullable(),
        fromCategory: z.enum(statusCategories).optional(),
        toCategory: z.enum(statusCategories).optional(),
        authorId: whoSchema,
      }),
    ),
  })
  .meta({ id: 'TicketHistory' })

/** `/v1/tickets/{ticket}/history`: who and what a ticket was, from its creation on. */
export function ticketHistoryRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/tickets/:ticket/history',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'Statuses and assignees over the life of a ticket; the open interval has to: null',
        params: ticketParams,
        response: { 200: historySchema },
      },
    },
    async (request) => {
      const { id } = await ticketOf(deps, request.params.ticket)
      const history = await readTicketHistory(deps.store.db, id)
      if (!history) throw notFound('ticket', id)
      const isNamed = hasScope(request, 'people')
      if (isNamed)
        await writeAudit(deps.store.db, { actor: actorOf(request), action: 'ticket.history.read', target: id })
      return toHistoryView(history, isNamed ? (person) => person : (person) => pseudonym(deps, id, person))
    },
  )
}

function toHistoryView(history: TicketHistory, shown: (person: string) => string): z.infer<typeof historySchema> {
  const who = (account: string | null) => (account === null ? null : shown(history.people.get(account) ?? account))
  return {
    statusIntervals: statusIntervals(history).map(({ status, statusCategory, from, to }) => ({
      status,
      statusCategory,
      ...range(from, to),
    })),
    assigneeIntervals: assigneeIntervals(history).map(({ assigneeAccountId, from, to }) => ({
      assigneeId: who(assigneeAccountId),
      ...range(from, to),
    })),
    transitions: history.transitions.map((t) => toTransitionView(t, who)),
  }
}

function toTransitionView(t: Transition, who: (account: string | null) => string | null) {
  const isAssignee = t.field === 'assignee'
  return {
    at: new Date(t.at),
    field: t.field,
    // The display name of an assignee would say who it was.
    from: isAssignee ? who(t.from) : (t.fromName ?? t.from),
    to: isAssignee ? who(t.to) : (t.toName ?? t.to),
    ...(t.fromCategory ? { fromCategory: t.fromCategory } : {}),
    ...(t.toCategory ? { toCategory: t.toCategory } : {}),
    authorId: who(t.authorAccountId),
  }
}

function range(from: number, to: number | null) {
  return { from: new Date(from), to: to === null ? null : new Date(to) }
}

/** Keyed, so that nobody finds a person by trying all ids; with the ticket, so that it joins no two tickets. */
function pseudonym({ cookieSecret }: ApiDeps, ticketId: string, person: string): string {
  const digest = createHmac('sha256', derivedKey(cookieSecret, 'pseudonyms'))
    .update(`${ticketId}\n${person}`)
    .digest('base64url')
  return `anon_${digest.slice(0, 20)}`
}
