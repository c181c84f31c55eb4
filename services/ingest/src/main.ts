import { openBackingServices } from '@headroom/backing-services'
import { createSealedBox, requireServerConfig, runProcess } from '@headroom/runtime'
import { startIngest } from './ingest-service.ts'
import { openTrackers } from './tracker-access.ts'

await runProcess('ingest', async (frame) => {
  const { log, started } = frame
  const config = requireServerConfig(frame.config)
  const backing = await openBackingServices({ ...config, name: 'ingest', log })
  started(backing)
  const trackers = openTrackers({
    box: createSealedBox(config.secretKey, 'tracker-credentials'),
    store: backing.store,
    allowPrivate: () => config.allowPrivateTrackers,
  })
  started(await startIngest({ ...backing, ...trackers, log, now: Date.now }))
})
