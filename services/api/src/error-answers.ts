import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { type FieldProblem, ProblemError } from './problem.ts'

/** Makes every error and every unknown address under this scope a problem+json answer. */
export function answerErrors(scope: FastifyInstance): void {
  scope.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error)
    if (problem.problem.code === 'internal') request.log.error({ err: error }, 'request failed')
    if (problem.problem.code === 'unavailable') request.log.warn({ err: error }, 'request could not be served')
    return sendProblem(reply, problem)
  })
  scope.setNotFoundHandler((request, reply) => sendProblem(reply, unknownAddress(request)))
}

/** Past the route's own schema, which would drop what it does not list. */
function sendProblem(reply: FastifyReply, { problem, headers }: ProblemError): FastifyReply {
  return reply
    .code(problem.status)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem)
}

function unknownAddress(request: FastifyRequest): ProblemError {
  const path = request.url.split('?')[0] ?? ''
  const url = path.length > 1 ? path.replace(/\/$/, '') : path
  const allowed = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) =>
    request.server.findRoute({ method, url: request.server.prefix + url }),
  )
  if (allowed.length > 0)
    return new ProblemError('method-not-allowed', `${request.method} does not work here; ${allowed.join(', ')} does.`, {
      headers: { allow: allowed.join(', ') },
    })
  return new ProblemError('not-found', `There is nothing at ${request.method} ${path.slice(0, 200)}. See /docs.`)
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error)
  const { statusCode, code } = error as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ProblemError('body-too-large', 'The body is too large.')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new ProblemError('unsupported-media-type', 'Send JSON, with Content-Type: application/json.')
  if (statusCode === 429)
    return new ProblemError('rate-limited', 'Too many requests; wait as long as Retry-After says, then go on.')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ProblemError('invalid-request', (error as Error).message)
  if (isUnavailable(error))
    return new ProblemError('unavailable', 'The database or the queue can not be reached; try again in a moment.', {
      headers: { 'retry-after': '5' },
    })
  return new ProblemError('internal', 'Something went wrong on our side; the log of the api service says what.')
}

interface ZodErrors {
  readonly validationContext?: string | undefined
  readonly validation: readonly {
    readonly instancePath: string
    readonly message?: string | undefined
    readonly params: Record<string, unknown>
  }[]
}

function invalidRequest({ validation, validationContext }: ZodErrors): ProblemError {
  // An id of a shape that no id has is an id that does not exist.
  if (validationContext === 'params') return new ProblemError('not-found', 'There is nothing with this id.')
  const errors = validation.flatMap(({ instancePath, message = 'is not valid', params }): FieldProblem[] => {
    const field = instancePath.split('/').filter(Boolean).join('.')
    const variant = nearestVariant(params.errors)
    if (variant.length > 0) return variant.flatMap((issue) => problemsInVariant(field, issue))
    const unknown = Array.isArray(params.keys) ? params.keys.map(String) : []
    if (unknown.length > 0)
      return unknown.map((key) => ({ field: field ? `${field}.${key}` : key, message: 'is not a known field' }))
    return [{ field: field || (validationContext ?? 'body'), message }]
  })
  const detail = errors.map((e) => `${e.field}: ${e.message}`).join('; ')
  return new ProblemError('invalid-request', detail, { errors })
}

interface VariantIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

/** Of several allowed forms the one that the value comes nearest to, by what is wrong with it; empty when there is no choice. */
function nearestVariant(errors: unknown): readonly VariantIssue[] {
  const variants = Array.isArray(errors) ? (errors as VariantIssue[][]) : []
  return variants.reduce<readonly VariantIssue[]>(
    (nearest, one) => (nearest.length === 0 || one.length < nearest.length ? one : nearest),
    [],
  )
}

function problemsInVariant(field: string, { path, message, keys }: VariantIssue): FieldProblem[] {
  const inside = [field, ...path.map(String)].filter(Boolean).join('.')
  if (keys) return keys.map((key) => ({ field: inside ? `${inside}.${key}` : key, message: 'is not a known field' }))
  return [{ field: inside || 'body', message }]
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  // PostgreSQL: too many connections, shut down by the administrator, crashed, starting up, connection failures.
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08006',
])

/** pg and ioredis say of some lost connections in words only. */
const unavailableWords =
  /connection terminated|timeout exceeded when trying to connect|max retries per request|not queryable/i

function isUnavailable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && unavailableCodes.has(String(cause.code))) return true
    if (unavailableWords.test(cause.message)) return true
    if (cause instanceof AggregateError && cause.errors.some(isUnavailable)) return true
  }
  return false
}
