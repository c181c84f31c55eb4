import type { z } from 'zod'

/** One line for a person about a payload that can't be understood: which field of what is wrong, and how. */
export function problemOf(what: string, error: z.ZodError): string {
  const issue = error.issues[0]
  const path = issue?.path.join('.') || 'the payload'
  const message = (issue?.message ?? 'is not readable')
    .replace(/^Invalid input: expected \w+, received undefined$/, 'is missing')
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, 'is $2 where $1 was expected')
    .replace(/^Too small.*/, 'is empty')
    .replace(/^Invalid input$/, 'is missing or of the wrong kind')
  return `${what}: ${path} ${message}`
}
