import { fastify } from 'fastify'
import pg from 'pg'
import { answerOrder } from '../child.ts'
import type { ReceiverOrder } from './webhooks.ts'

// The baseline: a route that inserts what it gets and looks at nothing. The same server, pool and table but for its index.
answerOrder(async ({ databaseUrl }: ReceiverOrder) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 })
  await pool.query('CREATE TABLE bare_inbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)')
  const app = fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('*', async (request, reply) => {
    await pool.query('INSERT INTO bare_inbox (body) VALUES ($1)', [request.body])
    return reply.code(200).send()
  })
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }) }
})
