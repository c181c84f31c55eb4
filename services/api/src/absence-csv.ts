import type { NamedAbsence } from '@headroom/store'
import { z } from 'zod'
import { dateSchema } from './common-schemas.ts'
import { type FieldProblem, ProblemError } from './problem.ts'

const columns = ['person', 'from', 'to', 'fraction'] as const

const line = z
  .object({
    person: z.string().min(1),
    from: dateSchema,
    to: dateSchema,
    fraction: z.coerce.number().gt(0).max(1).default(1),
  })
  .refine(({ from, to }) => from <= to, { error: 'must not be before from', path: ['to'] })

/**
 * Reads a list of absences as spreadsheets export it: a first line with the names of the columns (person, from, to, and
 * fraction if wanted), fields apart by commas or semicolons, quoted or not. Throws a 400 that names every wrong line.
 */
export function parseAbsenceCsv(text: string): NamedAbsence[] {
  const [head = [], ...rows] = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((row) => row.split(/[,;]/).map((field) => field.trim().replace(/^"(.*)"$/, '$1')))
  const names = head.map((name) => name.toLowerCase())
  const missing = columns.slice(0, 3).filter((name) => !names.includes(name))
  if (missing.length > 0) throw wrong([{ field: 'line 1', message: `must name the columns ${missing.join(', ')}` }])
  const problems: FieldProblem[] = []
  const absences = rows.flatMap((fields, index) => {
    if (fields.every((field) => field === '')) return []
    const named = names.map((name, i) => [name, fields[i]]).filter(([, value]) => value)
    const { data, error } = line.safeParse(Object.fromEntries(named))
    for (const issue of error?.issues ?? [])
      problems.push({ field: `line ${index + 2}`, message: `${issue.path.join('.')}: ${issue.message}` })
    return data ? [data] : []
  })
  if (problems.length > 0) throw wrong(problems)
  return absences
}

function wrong(errors: readonly FieldProblem[]): ProblemError {
  return new ProblemError('invalid-request', errors.map((e) => `${e.field}: ${e.message}`).join('; '), { errors })
}
