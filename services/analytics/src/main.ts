import { openBackingServices } from '@headroom/backing-services'
import { requireDatabaseConfig, runProcess } from '@headroom/runtime'
import { startAnalytics } from './analytics-service.ts'

await runProcess('analytics', async (frame) => {
  const { log, started } = frame
  const backing = await openBackingServices({ ...requireDatabaseConfig(frame.config), name: 'analytics', log })
  started(backing)
  started(await startAnalytics({ ...backing, log, now: Date.now }))
})
