import { createApi, createSignInLinks } from '@headroom/api'
import type { Model } from '@headroom/classification'
import { createMailer, startDigest } from '@headroom/digest'
import {
  createLinkSigner,
  createLogger,
  createSealedBox,
  loadConfig,
  runUntilStopped,
  type Service,
} from '@headroom/runtime'
import { listConnections } from '@headroom/store'
import { registerWebhooks } from '@headroom/webhooks'
import type { FastifyInstance } from 'fastify'
import { adminKey } from '../admin-key.ts'
import { UserError } from '../cli-context.ts'
import { wantsDemo } from '../demo/load-demo.ts'
import { awaitDemo, startDemo } from '../demo/run-demo.ts'
import { digestSource } from '../digest-source.ts'
import { lineFor } from '../failure.ts'
import { type Headroom, openHeadroom } from '../open-headroom.ts'
import { publicUrl } from '../public-url.ts'
import { forgetRunning, noteRunning } from '../running-server.ts'
import { readModel, startStages } from '../start-services.ts'
import { readReport, terminalReport } from './report.ts'

/** Starts everything in this process, and serves until Ctrl-C. */
export async function start(): Promise<void> {
  const config = loadConfig()
  // On a terminal the log would run over what people read; what goes wrong is shown all the same.
  const level = process.stdout.isTTY && config.logLevel === 'info' ? 'warn' : config.logLevel
  const log = createLogger({ level, service: 'headroom' })
  await runUntilStopped(log, async (started) => {
    try {
      await serve(await openHeadroom(config, log, started), started)
    } catch (error) {
      throw new Error(lineFor(error), { cause: error })
    }
  })
}

async function serve(headroom: Headroom, started: (service: Service) => void): Promise<void> {
  const { config, log } = headroom
  if (headroom.served)
    throw new UserError(
      `Headroom is running already on ${config.dataDir}. Stop it first, or set HEADROOM_DATA_DIR to another directory.`,
    )
  const model = await readModel()
  const address = publicUrl(config)
  const key = await adminKey(headroom)
  const links = createSignInLinks({ publicUrl: address, now: () => new Date() })
  const app = await createServer(headroom, model, links)
  started({ stop: () => app.close() })
  await app.listen({ port: config.port, host: config.host })
  // The trackers come first: the stages begin by asking them.
  const demo = (await wantsDemo(headroom)) ? await startDemo(headroom, address, started) : null
  await startStages(headroom, model, started)
  if (config.mail.smtpUrl) {
    started(
      await startDigest({
        ...headroom,
        ...digestSource(headroom, model),
        mailer: createMailer(config.mail),
        now: Date.now,
      }),
    )
  }
  if (!config.databaseUrl) {
    await noteRunning(config.dataDir, { pid: process.pid, databaseUrl: headroom.databaseUrl, address })
    started({ stop: () => forgetRunning(config.dataDir) })
  }
  if (demo) await awaitDemo(headroom, demo)
  await sayWhatIsThere(headroom)
  if (key.created) process.stdout.write(`\n  Admin key, shown only now: ${key.created}\n`)
  process.stdout.write(`\n  Report   ${links.create(key.id)}\n  API      ${address}/docs\n  Stop     Ctrl-C\n\n`)
  log.info({ address }, 'serving')
}

async function createServer(
  headroom: Headroom,
  model: Model,
  signInLinks: ReturnType<typeof createSignInLinks>,
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

async function sayWhatIsThere(headroom: Headroom): Promise<void> {
  const connections = await listConnections(headroom.store.db)
  const text =
    connections.length > 0
      ? terminalReport(await readReport(headroom, {}))
      : '  Nothing is connected yet. Connect a tracker with: npm run headroom -- connections add --help\n'
  process.stdout.write(`\n${text}`)
}
