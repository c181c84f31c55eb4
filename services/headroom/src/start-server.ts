import { once } from 'node:events'
import { createServer } from 'node:net'
import { createApi, type SignInLinks } from '@headroom/api'
import type { Model } from '@headroom/classification'
import { freePort } from '@headroom/postgres'
import { type Config, createLinkSigner, createSealedBox } from '@headroom/runtime'
import { registerWebhooks } from '@headroom/webhooks'
import type { FastifyInstance } from 'fastify'
import type { Headroom } from './open-headroom.ts'
import { publicUrl } from './public-url.ts'

/** The API, the pages and the door for webhooks on one server; it does not listen yet. */
export async function createAllInOneServer(
  headroom: Headroom,
  model: Model,
  signInLinks: SignInLinks,
): Promise<FastifyInstance> {
  const { secretKey, config } = headroom
  const webhookBox = createSealedBox(secretKey, 'webhook-secrets')
  const app = await createApi({
    ...headroom,
    seal: createSealedBox(secretKey, 'tracker-credentials'),
    webhookBox,
    cookieSecret: secretKey,
    publicUrl: publicUrl(config),
    model,
    now: () => new Date(),
    allowPrivateTrackers: config.allowPrivateTrackers,
    signInLinks,
    linkSigner: createLinkSigner(secretKey),
  })
  await registerWebhooks(app, { ...headroom, box: webhookBox })
  return app
}

/** The configuration with a port that can be listened on, before anything long is begun. Throws the system's error. */
export async function withOpenPort(config: Config): Promise<Config> {
  if (config.port === 0) return { ...config, port: await freePort() }
  const server = createServer()
  server.listen(config.port, config.host)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
  return config
}
