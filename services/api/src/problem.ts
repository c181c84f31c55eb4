import { STATUS_CODES } from 'node:http'
import { z } from 'zod'

/** Everything that can go wrong for a caller, with its HTTP status. The codes are part of the contract. */
export const problemStatus = {
  'invalid-request': 400,
  'invalid-cursor': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'name-taken': 409,
  'audit-incomplete': 409,
  'audit-applied': 409,
  'no-live-layer': 409,
  'idempotency-key-reused': 409,
  'idempotency-key-at-work': 409,
  'precondition-failed': 412,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'tracker-refused': 422,
  'tracker-unreachable': 422,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
} as const
export type ProblemCode = keyof typeof problemStatus

/** One field of a request that is wrong. */
export interface FieldProblem {
  /** Where, such as `credentials.email`. */
  readonly field: string
  readonly message: string
}

/** An error answer as RFC 9457 describes it. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'A URN made of the code' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problemStatus) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().meta({ description: 'What is wrong and what to do, in one line' }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>

/** An answer that is not what the caller hoped for. Thrown by handlers, turned into problem+json in one place. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    detail: string,
    extra: { readonly errors?: readonly FieldProblem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.headers = extra.headers ?? {}
    const status = problemStatus[code]
    this.problem = {
      type: `urn:headroom:problem:${code}`,
      title: STATUS_CODES[status] ?? code,
      status,
      code,
      detail,
      ...(extra.errors ? { errors: [...extra.errors] } : {}),
    }
  }
}

/** 404 for a thing of this kind. */
export function notFound(what: string, id: string): ProblemError {
  return new ProblemError('not-found', `There is no ${what} ${JSON.stringify(id.slice(0, 100))}.`)
}

/** 400 about one field. */
export function invalidField(field: string, message: string): ProblemError {
  return new ProblemError('invalid-request', `${field}: ${message}`, { errors: [{ field, message }] })
}
