import { openBackingServices } from '@headroom/backing-services'
import { createLogger, loadConfig, requireDatabaseConfig, runUntilStopped } from '@headroom/runtime'
import { startAnalytics } from './analytics-service.ts'

const log = createLogger({ level: loadConfig().logLevel, service: 'analytics' })
await runUntilStopped(log, async (started) => {
  const backing = await openBackingServices({ ...requireDatabaseConfig(loadConfig()), name: 'analytics', log })
  started(backing)
  started(await startAnalytics({ ...backing, log, now: Date.now }))
})
