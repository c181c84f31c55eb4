import { openBackingServices } from '@headroom/backing-services'
import { createLogger, createSealedBox, loadConfig, requireServerConfig, runUntilStopped } from '@headroom/runtime'
import { startIngest } from './ingest-service.ts'
import { trackerOpener } from './tracker-access.ts'

const log = createLogger({ level: loadConfig().logLevel, service: 'ingest' })
await runUntilStopped(log, async (started) => {
  const config = requireServerConfig(loadConfig())
  const backing = await openBackingServices({ ...config, name: 'ingest', log })
  started(backing)
  const openTracker = trackerOpener(createSealedBox(config.secretKey, 'tracker-credentials'))
  started(await startIngest({ ...backing, openTracker, log, now: Date.now }))
})
