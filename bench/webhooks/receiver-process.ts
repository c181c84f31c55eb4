import { openBackingServices } from '@headroom/backing-services'
import { createLogger, createSealedBox } from '@headroom/runtime'
import { registerWebhooks } from '@headroom/webhooks'
import { fastify } from 'fastify'
import { answerOrder } from '../child.ts'
import type { ReceiverOrder } from './webhooks.ts'

// The receiver as it runs on a server. Nobody works off what it stores: what is measured is how deliveries are taken.
answerOrder(async ({ databaseUrl, secretKey }: ReceiverOrder) => {
  const log = createLogger({ level: 'error', service: 'bench-webhooks' })
  const backing = await openBackingServices({ databaseUrl, redisUrl: undefined, name: 'bench', log })
  const app = fastify()
  await registerWebhooks(app, { ...backing, box: createSealedBox(secretKey, 'webhook-secrets'), log })
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }) }
})
