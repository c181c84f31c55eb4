import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

const description = `How much of your engineering capacity really goes into strategic investment, and how sure that is.

Send \`Authorization: Bearer KEY\`. Errors are RFC 9457 problems with a stable \`code\`. Lists take \`limit\` (at most 200) and
\`cursor\`, and answer \`{ data, nextCursor }\`. POSTs take an \`Idempotency-Key\`: the same request again gets the same answer
for 24 hours; a request that failed may be sent again. GETs have ETags. Times are ISO 8601 in UTC.`

/** What the viewer of the document brings along; the default of the plugin breaks on a server without TLS. */
const docsPolicy = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Makes the OpenAPI document from the routes that follow, at `/openapi.json`, and shows it at `/docs`. */
export async function describeApi(scope: FastifyInstance): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Headroom', version: '1', description },
      servers: [{ url: '/' }],
      security: [{ key: [] }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key made with: headroom keys create' },
        },
      },
      tags: [
        { name: 'connections', description: 'Trackers, and reading them' },
        { name: 'tickets', description: 'What came from them, decided and measured' },
        { name: 'rules', description: 'The organisation’s own rules: draft, preview, publish' },
        { name: 'audits', description: 'Samples that people read blind, and how wrong the split is by them' },
        { name: 'model', description: 'What your corrections taught the model, and the way back' },
        { name: 'split', description: 'What the work of a period went into' },
        { name: 'reports', description: 'The leadership report' },
        { name: 'digests', description: 'The weekly email' },
        { name: 'teams', description: 'Teams, people and their working time' },
        { name: 'operations', description: 'For those who run the server' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: withoutInputForms,
  })
  await scope.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: () => docsPolicy,
    uiConfig: { docExpansion: 'list', validatorUrl: null },
  })
  scope.get('/openapi.json', { schema: { hide: true } }, async () => scope.swagger())
}

/** Every named schema comes in a form for requests too; none of ours is used in one. */
const withoutInputForms: SwaggerTransformObject = (document) => {
  const made = jsonSchemaTransformObject(document) as { components?: { schemas?: Record<string, unknown> } }
  const schemas = Object.entries(made.components?.schemas ?? {}).filter(([name]) => !name.endsWith('Input'))
  return { ...made, components: { ...made.components, schemas: Object.fromEntries(schemas) } } as ReturnType<
    typeof jsonSchemaTransformObject
  >
}
