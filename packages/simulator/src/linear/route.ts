import type { FastifyInstance, FastifyReply } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Fault } from '../server/faults.ts'
import type { OauthGrant } from '../server/oauth.ts'
import type { LinearContext } from './context.ts'
import { linearError } from './errors.ts'
import type { LinearExecutor } from './execute.ts'
import type { LinearLimits } from './limits.ts'

interface Body {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly operationName?: string | null
}

const bodySchema = {
  type: 'object',
  required: ['query'],
  properties: {
    query: { type: 'string' },
    variables: { type: ['object', 'null'] },
    operationName: { type: ['string', 'null'] },
  },
}

export interface RouteSettings {
  readonly context: LinearContext
  readonly executor: LinearExecutor
  readonly limits: LinearLimits
  /** Personal keys are compared with the whole header; OAuth tokens stand after `Bearer`. */
  readonly apiKeys: readonly string[]
  readonly oauth: OauthGrant
}

/** `POST /graphql`, in Linear's order: who, understood, affordable, within the rate, answered. */
export function graphqlRoute(app: FastifyInstance, settings: RouteSettings): void {
  const { context, executor, limits, apiKeys, oauth } = settings
  const accepted = new Set(apiKeys.flatMap((key) => [key, `Bearer ${key}`]))
  app.post<{ Body: Body }>('/graphql', { schema: { body: bodySchema } }, async (request, reply) => {
    const { authorization = '' } = request.headers
    const isKnown = accepted.has(authorization) || oauth.accepts(authorization)
    if (!isKnown || request.fault?.kind === 'expired-token') return refuse(reply, 401, unauthenticated())
    const prepared = executor.prepare(request.body.query)
    if ('errors' in prepared) return refuse(reply, 400, ...prepared.errors.map(invalidDocument))
    const variables = request.body.variables ?? {}
    const complexity = executor.complexity(prepared.document, variables)
    if (complexity > limits.complexityMax) return refuse(reply, 400, tooComplex(complexity, limits.complexityMax))
    const allowed = context.rate.take(complexity)
    reply.headers(context.rate.headers(complexity))
    if (!allowed) return refuse(reply, 400, rateLimited(limits.requestsPerHour))
    const result = await executor.run(prepared.document, variables, context)
    // Variables of the wrong shape are found only when running; then there is no data at all.
    if (!('data' in result)) return refuse(reply, 400, ...(result.errors ?? []).map(invalidDocument))
    const errors = result.errors?.map((error) => error.toJSON())
    return { data: result.data, ...(errors === undefined ? {} : { errors }) }
  })
  app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) =>
    refuse(reply, error.statusCode ?? 500, invalidDocument(new GraphQLError(error.message))),
  )
}

/** The rate limit's answer, HTTP 400, with the headers of the buckets. */
export function linearRateLimited(
  context: LinearContext,
  reply: FastifyReply,
  fault: Extract<Fault, { kind: 'rate-limited' }>,
): FastifyReply {
  reply.headers({ ...context.rate.headers(0), 'x-ratelimit-requests-remaining': '0' })
  if (fault.retryAfterSeconds !== undefined) {
    const resetAt = context.workspace.serverTime() + fault.retryAfterSeconds * 1000
    reply.headers({ 'retry-after': String(fault.retryAfterSeconds), 'x-ratelimit-requests-reset': String(resetAt) })
  }
  return refuse(reply, 400, rateLimited(2500))
}

function refuse(reply: FastifyReply, status: number, ...errors: readonly GraphQLError[]): FastifyReply {
  return reply.code(status).send({ errors: errors.map((error) => error.toJSON()) })
}

function unauthenticated(): GraphQLError {
  const extensions = { type: 'authentication error', code: 'AUTHENTICATION_ERROR', statusCode: 401 }
  return linearError('Authentication required, not authenticated', extensions)
}

function rateLimited(requestsPerHour: number): GraphQLError {
  const presentable = `Rate limit exceeded. Only ${requestsPerHour} requests are allowed per 1 hour.`
  return linearError('Rate limit exceeded', { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429, presentable })
}

function tooComplex(complexity: number, max: number): GraphQLError {
  const presentable = `The query is too complex. Complexity: ${complexity}. Maximum allowed complexity: ${max}.`
  return linearError('Query too complex', { type: 'invalid input', code: 'INPUT_ERROR', statusCode: 400, presentable })
}

function invalidDocument(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: {
      type: 'graphql error',
      code: 'GRAPHQL_VALIDATION_FAILED',
      statusCode: 400,
      userError: true,
      userPresentableMessage: error.message,
      http: { status: 400 },
    },
  })
}
