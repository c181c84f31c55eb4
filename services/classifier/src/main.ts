import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { requireDatabaseConfig, runProcess } from '@headroom/runtime'
import { startClassifier } from './classify-service.ts'

await runProcess('classifier', async (frame) => {
  const { log, started } = frame
  const backing = await openBackingServices({ ...requireDatabaseConfig(frame.config), name: 'classifier', log })
  started(backing)
  const model = parseModel(await readFile(shippedModelUrl))
  started(await startClassifier({ ...backing, model, log, llm: frame.config.llm }))
})
