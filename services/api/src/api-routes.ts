import type { FastifyInstance, RouteOptions } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ApiApp } from './api-app.ts'
import type { ApiDeps } from './api-deps.ts'
import { demandScopes } from './authentication.ts'
import { honourIdempotencyKeys } from './idempotent-requests.ts'
import { problemSchema } from './problem.ts'
import { absenceRoutes } from './routes/absences.ts'
import { auditRoutes } from './routes/audits.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { connectionRoutes } from './routes/connections.ts'
import { dataQualityRoutes } from './routes/data-quality.ts'
import { digestRoutes } from './routes/digests.ts'
import { driftRoutes } from './routes/drift.ts'
import { featureFactoryRoutes } from './routes/feature-factory.ts'
import { llmRoutes } from './routes/llm.ts'
import { modelRoutes } from './routes/model.ts'
import { operationRoutes } from './routes/operations.ts'
import { peopleRoutes } from './routes/people.ts'
import { publishedReportRoutes } from './routes/published-reports.ts'
import { reportRoutes } from './routes/reports.ts'
import { reviewRoutes } from './routes/review.ts'
import { rulePreviewRoutes } from './routes/rule-preview.ts'
import { ruleRoutes } from './routes/rules.ts'
import { runRoutes } from './routes/runs.ts'
import { splitRoutes } from './routes/split.ts'
import { splitExplainRoutes } from './routes/split-explain.ts'
import { teamRoutes } from './routes/teams.ts'
import { ticketClassificationRoutes } from './routes/ticket-classification.ts'
import { ticketHistoryRoutes } from './routes/ticket-history.ts'
import { ticketRoutes } from './routes/tickets.ts'

/** Everything under `/v1`. zod speaks for these routes only: plugins of the scope above bring JSON schemas. */
export async function apiRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  const app = speakZod(scope)
  demandScopes(app)
  honourIdempotencyKeys(app, deps)
  app.addHook('onRoute', describeProblems)
  for (const routes of [
    connectionRoutes,
    runRoutes,
    ticketRoutes,
    ticketHistoryRoutes,
    ticketClassificationRoutes,
    ruleRoutes,
    rulePreviewRoutes,
    llmRoutes,
    teamRoutes,
    peopleRoutes,
    absenceRoutes,
    calendarRoutes,
    auditRoutes,
    modelRoutes,
    reviewRoutes,
    splitRoutes,
    splitExplainRoutes,
    driftRoutes,
    dataQualityRoutes,
    featureFactoryRoutes,
    reportRoutes,
    publishedReportRoutes,
    digestRoutes,
  ])
    routes(app, deps)
}

/** What needs no key. */
export async function openRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  operationRoutes(speakZod(scope), deps)
}

function speakZod(scope: FastifyInstance): ApiApp {
  scope.setValidatorCompiler(validatorCompiler)
  scope.setSerializerCompiler(serializerCompiler)
  return scope.withTypeProvider<ZodTypeProvider>() as unknown as ApiApp
}

const problemContent = { 'application/problem+json': { schema: problemSchema } }

/** Every route may answer with these; said in one place, for the OpenAPI document. */
function describeProblems(route: RouteOptions): void {
  const scopes = route.config?.scopes ?? []
  const isPost = route.method === 'POST'
  route.schema = {
    ...route.schema,
    description: `Needs the scope ${scopes.map((one) => `\`${one}\``).join(' and ')}.`,
    ...(isPost ? { headers: z.object({ 'idempotency-key': z.string().optional() }) } : {}),
    response: {
      ...(route.schema?.response as Record<string, unknown> | undefined),
      '4xx': { description: 'The request can not be served as it is', content: problemContent },
      '5xx': { description: 'The server can not serve it now', content: problemContent },
    },
  }
}
