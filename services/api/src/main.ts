import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { createLinkSigner, createSealedBox, requireServerConfig, runProcess } from '@headroom/runtime'
import { putAdminKey } from '@headroom/store'
import { createApi } from './app.ts'

await runProcess('api', async (frame) => {
  const { log, started } = frame
  const config = requireServerConfig(frame.config)
  const backing = await openBackingServices({ ...config, name: 'api', log })
  started(backing)
  if (config.adminKey) await putAdminKey(backing.store.db, config.adminKey)
  const app = await createApi({
    ...backing,
    log,
    seal: createSealedBox(config.secretKey, 'tracker-credentials'),
    webhookBox: createSealedBox(config.secretKey, 'webhook-secrets'),
    cookieSecret: config.secretKey,
    linkSigner: createLinkSigner(config.secretKey),
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    model: parseModel(await readFile(shippedModelUrl)),
    now: () => new Date(),
    allowPrivateTrackers: config.allowPrivateTrackers,
  })
  started({ stop: () => app.close() })
  await app.listen({ port: config.port, host: config.host })
})
