import { type CalendarFacts, inTransaction, putCalendar, readCalendars, writeAudit } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { dateSchema, nameSchema, timeZoneSchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { invalidField } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'must be a time like 09:00' })
const region = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}$/, { error: 'must be a region like DE-BE, or a list of days' })

const calendarBody = z.strictObject({
  name: nameSchema,
  timeZone: timeZoneSchema,
  weekdays: z
    .array(z.int().min(1).max(7))
    .min(1)
    .refine((days) => new Set(days).size === days.length, { error: 'must not hold a day twice' })
    .default([1, 2, 3, 4, 5])
    .meta({ description: 'Monday is 1' }),
  hours: z
    .tuple([time, time])
    .refine(([opens, closes]) => opens < closes, { error: 'the end must be after the start' })
    .default(['09:00', '17:00']),
  holidays: z.union([region, z.array(dateSchema).max(2000)]).default([]),
})

const calendarSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    weekdays: z.array(z.int()),
    hours: z.tuple([z.string(), z.string()]),
    holidays: z.union([z.string(), z.array(z.string())]),
  })
  .meta({ id: 'Calendar' })

/** `/v1/calendars`: working time that people share. Who has none of their own works by `default`. */
export function calendarRoutes(app: ApiApp, { store, queues, log }: ApiDeps): void {
  app.get(
    '/calendars',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['teams'],
        summary: 'All calendars',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(calendarSchema) },
      },
    },
    async (request) => {
      const page = await readPage<CalendarFacts, string>({
        query: request.query,
        place: z.string(),
        placeOf: (c) => c.id,
        read: async (limit, after) => {
          const all = (await readCalendars(store.db)).sort((a, b) => (a.id < b.id ? -1 : 1))
          return all.filter((c) => after === null || c.id > after).slice(0, limit)
        },
      })
      return { ...page, data: page.data.map(toCalendarView) }
    },
  )
  app.put(
    '/calendars/:id',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['teams'],
        summary: 'Make a calendar what is given, or create it; the past is measured anew',
        params: z.object({ id: z.string() }),
        body: calendarBody,
        response: { 200: calendarSchema, 201: calendarSchema },
      },
    },
    async (request, reply) => {
      const { hours, ...body } = request.body
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(request.params.id))
        throw invalidField('id', 'must be small letters, digits and hyphens')
      const calendar = { ...body, id: request.params.id, opensAt: hours[0], closesAt: hours[1] }
      const put = await inTransaction(store, async (tx) => {
        const detail = request.body
        await writeAudit(tx, { actor: actorOf(request), action: 'calendar.put', target: calendar.id, detail })
        return putCalendar(tx, calendar)
      })
      await wakeStage({ queues, log }, 'measure', {})
      return reply.code(put === 'created' ? 201 : 200).send(toCalendarView(calendar))
    },
  )
}

function toCalendarView({
  opensAt,
  closesAt,
  weekdays,
  holidays,
  ...rest
}: CalendarFacts): z.infer<typeof calendarSchema> {
  return {
    ...rest,
    weekdays: [...weekdays],
    hours: [opensAt, closesAt],
    holidays: typeof holidays === 'string' ? holidays : [...holidays],
  }
}
