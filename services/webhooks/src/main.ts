import { openBackingServices } from '@headroom/backing-services'
import { createSealedBox, requireServerConfig, runProcess } from '@headroom/runtime'
import { type FastifyBaseLogger, fastify, LogController } from 'fastify'
import { registerWebhooks } from './receiver.ts'

await runProcess('webhooks', async (frame) => {
  const { log, started } = frame
  const config = requireServerConfig(frame.config)
  const backing = await openBackingServices({ ...config, name: 'webhooks', log })
  started(backing)
  const logController = new LogController({ disableRequestLogging: true })
  const app = fastify({ loggerInstance: log as FastifyBaseLogger, logController })
  started({ stop: () => app.close() })
  app.get('/healthz', async () => ({ status: 'ok' }))
  await registerWebhooks(app, { ...backing, box: createSealedBox(config.secretKey, 'webhook-secrets'), log })
  await app.listen({ port: config.port, host: config.host })
})
