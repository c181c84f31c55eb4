import { statusCategories, workTypes } from '@headroom/domain'
import { findTicket, listTickets, readTicketEffortDays, type TicketPlace, type TicketView } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { categorySchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { notFound } from '../problem.ts'
import { resolveConnection, resolveTeam } from '../resolve-names.ts'
import { inDays, ticketSchema, toTicketView } from '../ticket-view.ts'

/** A ticket in a path: by its id, or by a key that it has or had. */
export const ticketParams = z.object({ ticket: z.string().min(1).max(300) })

const filterSchema = z.strictObject({
  ...pageQuery,
  connection: z.string().optional().meta({ description: 'Id or name' }),
  project: z.string().optional().meta({ description: 'Key' }),
  team: z.string().optional().meta({ description: 'Id or name' }),
  category: categorySchema.optional(),
  workType: z.enum(workTypes).optional(),
  statusCategory: z.enum(statusCategories).optional(),
  updatedSince: z.iso.datetime({ offset: true }).optional(),
  q: z.string().min(1).max(200).optional().meta({ description: 'Part of a key or title, in any case' }),
})

/** `/v1/tickets`: what came from the trackers, with what was decided and measured about it. */
export function ticketRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/tickets',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'Tickets, newest first by creation; deleted ones have deletedAt',
        querystring: filterSchema,
        response: { 200: pageOf(ticketSchema) },
      },
    },
    async (request) => {
      const { connection, team, updatedSince, limit: _, cursor: __, ...rest } = request.query
      const filter = {
        ...rest,
        ...(connection === undefined ? {} : { connectionId: await resolveConnection(db, connection) }),
        ...(team === undefined ? {} : { teamId: (await resolveTeam(db, team)).id }),
        ...(updatedSince === undefined ? {} : { updatedSince: new Date(updatedSince) }),
      }
      const page = await readPage<TicketView, TicketPlace>({
        query: request.query,
        place: z.object({ createdAt: z.coerce.date(), id: z.uuid() }),
        placeOf: ({ createdAt, id }) => ({ createdAt, id }),
        read: (limit, after) => listTickets(db, { filter: defined(filter), limit, after }),
      })
      return { ...page, data: page.data.map(toTicketView) }
    },
  )
  app.get(
    '/tickets/:ticket',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'One ticket; old keys of a moved one find it',
        params: ticketParams,
        response: { 200: ticketSchema },
      },
    },
    async (request) => toTicketView(await ticketOf(deps, request.params.ticket)),
  )
  app.get(
    '/tickets/:ticket/effort',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'Person-days by day, summed over people, not rounded',
        params: ticketParams,
        response: {
          200: z.object({ totalDays: z.number(), days: z.array(z.object({ date: z.string(), days: z.number() })) }),
        },
      },
    },
    async (request) => {
      const { id } = await ticketOf(deps, request.params.ticket)
      const days = await readTicketEffortDays(db, id)
      return {
        totalDays: inDays(days.reduce((sum, day) => sum + day.units, 0)),
        days: days.map(({ date, units }) => ({ date, days: inDays(units) })),
      }
    },
  )
}

/** The ticket that a path names. Throws a 404. */
export async function ticketOf({ store }: ApiDeps, idOrKey: string): Promise<TicketView> {
  const ticket = await findTicket(store.db, idOrKey)
  if (!ticket) throw notFound('ticket', idOrKey)
  return ticket
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Leaves out what was not given. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
