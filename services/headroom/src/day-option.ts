import { UserError } from '@headroom/runtime'

/** A day as an option gives it, `2026-09-01`; throws a {@link UserError} that names the option. */
export function dayOption(option: string, text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  // Date accepts 31 February and means 3 March by it.
  if (day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text
  throw new UserError(`${option} ${text} is no day. Write it like 2026-09-01.`)
}
