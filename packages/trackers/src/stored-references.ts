import type { z } from 'zod'
import { TrackerProtocolError } from './errors.ts'

/**
 * Reads the stored reference data of one kind of tracker, each object once: converting asks for it with every ticket.
 * Throws TrackerProtocolError when it is not what `readReferences` of that kind gave.
 */
export function referencesReader<T>(schema: z.ZodType<T>): (stored: object) => T {
  const parsed = new WeakMap<object, T>()
  return (stored) => {
    const known = parsed.get(stored)
    if (known !== undefined) return known
    const result = schema.safeParse(stored)
    if (!result.success) {
      throw new TrackerProtocolError('The stored reference data is not of this tracker; read it again.', {
        cause: result.error,
      })
    }
    parsed.set(stored, result.data)
    return result.data
  }
}
