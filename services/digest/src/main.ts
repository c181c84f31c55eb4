import { readFile } from 'node:fs/promises'
import { openBackingServices } from '@headroom/backing-services'
import { parseModel, shippedModelUrl } from '@headroom/classification'
import { readDigest } from '@headroom/measures'
import { createLinkSigner, requireServerConfig, runProcess } from '@headroom/runtime'
import { startDigest } from './digest-service.ts'
import { createMailer } from './mailer.ts'
import { unsubscribeUrls } from './unsubscribe-urls.ts'

await runProcess('digest', async (frame) => {
  const { log, started } = frame
  const config = requireServerConfig(frame.config)
  if (!config.mail.smtpUrl) {
    // Ending would only have it started again and again: whoever set no mail server wants no mail.
    log.warn('SMTP_URL is not set, so no email is sent; set it to your mail server and start again')
    const idle = setInterval(() => {}, 3_600_000)
    started({ stop: async () => clearInterval(idle) })
    return
  }
  const backing = await openBackingServices({ ...config, name: 'digest', log })
  started(backing)
  const model = parseModel(await readFile(shippedModelUrl))
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const digest = await startDigest({
    ...backing,
    mailer: createMailer(config.mail),
    log,
    publicUrl,
    unsubscribeUrl: unsubscribeUrls(publicUrl, createLinkSigner(config.secretKey)),
    readDigest: (db, args) => readDigest(db, { ...args, model }),
    now: Date.now,
  })
  started(digest)
})
