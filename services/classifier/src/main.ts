import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { createLogger, loadConfig, requireDatabaseConfig, runUntilStopped } from '@headroom/runtime'
import { startClassifier } from './classify-service.ts'

const log = createLogger({ level: loadConfig().logLevel, service: 'classifier' })
await runUntilStopped(log, async (started) => {
  const backing = await openBackingServices({ ...requireDatabaseConfig(loadConfig()), name: 'classifier', log })
  started(backing)
  const model = parseModel(await readFile(shippedModelUrl))
  started(await startClassifier({ ...backing, model, log }))
})
