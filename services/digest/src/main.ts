import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { readDigest } from '@headroom/measures'
import { createLinkSigner, createLogger, loadConfig, requireServerConfig, runUntilStopped } from '@headroom/runtime'
import { startDigest } from './digest-service.ts'
import { createMailer } from './mailer.ts'
import { unsubscribeUrls } from './unsubscribe-urls.ts'

const log = createLogger({ level: loadConfig().logLevel, service: 'digest' })
await runUntilStopped(log, async (started) => {
  const config = requireServerConfig(loadConfig())
  const mailer = createMailer(config.mail)
  const backing = await openBackingServices({ ...config, name: 'digest', log })
  started(backing)
  const model = parseModel(await readFile(shippedModelUrl))
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const digest = await startDigest({
    ...backing,
    mailer,
    log,
    publicUrl,
    unsubscribeUrl: unsubscribeUrls(publicUrl, createLinkSigner(config.secretKey)),
    readDigest: (db, args) => readDigest(db, { ...args, model }),
    now: Date.now,
  })
  started(digest)
})
