import type { FastifyInstance } from 'fastify'
import { JiraRefusal } from './errors.ts'
import type { JiraSite } from './site.ts'

/** Refusals, unreadable requests and unknown addresses, in Jira's words. */
export function jiraErrorAnswers(app: FastifyInstance, kind: JiraSite['kind']): void {
  app.setErrorHandler<Error & { statusCode?: number; validation?: unknown }>(async (error, _request, reply) => {
    if (error instanceof JiraRefusal)
      return reply.code(error.status).send({ errorMessages: [error.message], errors: {} })
    const status = error.statusCode ?? 500
    // A request that does not fit the contract.
    const message =
      status < 500 ? 'Invalid request payload. Refer to the REST API documentation and try again.' : error.message
    return reply.code(status).send({ errorMessages: [message], errors: {} })
  })
  app.setNotFoundHandler(async (request, reply) => {
    const body =
      kind === 'cloud'
        ? {
            timestamp: new Date(0).toISOString(),
            status: 404,
            error: 'Not Found',
            message: 'No endpoint matches.',
            path: request.url,
          }
        : { message: `null for uri: ${request.url}`, 'status-code': 404 }
    return reply.code(404).send(body)
  })
}
