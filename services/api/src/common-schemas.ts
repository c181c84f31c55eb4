import { categories, epochDay, isTimeZone, localDate } from '@headroom/domain'
import { z } from 'zod'

/** An id in a path. */
export const idParams = z.object({ id: z.uuid() })

/** A real day, `YYYY-MM-DD`. */
export const dateSchema = z.string().refine(isDate, { error: 'must be a day like 2026-09-30' }).meta({ format: 'date' })

/** The days and the team that a measure is asked for. */
export const windowQuery = {
  from: dateSchema.optional().meta({ description: 'First day; with neither, the last complete quarter' }),
  to: dateSchema.optional().meta({ description: 'Last day, included; default today' }),
  team: z.string().optional().meta({ description: 'Id or name: only what this team did' }),
}

/** A ticket as something to look at. */
export const ticketLinkSchema = z
  .object({ id: z.uuid(), key: z.string(), title: z.string(), url: z.string() })
  .meta({ id: 'TicketLink' })

/** An IANA time zone. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'must be an IANA time zone like Europe/Berlin' })

/** A line that a person typed. */
export const nameSchema = z.string().trim().min(1).max(200)

/** A category, or that nothing decided. */
export const categorySchema = z.enum([...categories, 'unclassified'])

/** One probability per category, summing to 1. */
export const probabilitiesSchema = z
  .object({ feature: z.number(), strategic: z.number(), sustaining: z.number() })
  .meta({ id: 'CategoryProbabilities' })

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const day = epochDay(text)
  return Number.isFinite(day) && localDate(day) === text
}
