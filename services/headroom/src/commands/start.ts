import { resolve } from 'node:path'
import { createSignInLinks } from '@headroom/api'
import type { Model } from '@headroom/classification'
import { createMailer, startDigest } from '@headroom/digest'
import { type Config, type ProcessFrame, runProcess, type Service, UserError } from '@headroom/runtime'
import { listConnections } from '@headroom/store'
import type { Command } from 'commander'
import { adminKey } from '../admin-key.ts'
import { isDemo } from '../demo/demo-connections.ts'
import { wantsDemo } from '../demo/load-demo.ts'
import { awaitDemo, startDemo } from '../demo/run-demo.ts'
import { digestSource } from '../digest-source.ts'
import { type Headroom, openHeadroom } from '../open-headroom.ts'
import { publicUrl } from '../public-url.ts'
import { findRunning, forgetRunning, noteRunning } from '../running-server.ts'
import { createAllInOneServer, withOpenPort } from '../start-server.ts'
import { readModel, startIngesting, startStages } from '../start-services.ts'
import { readReport, terminalReport } from './report.ts'

/** `start`: everything in this process, until Ctrl-C. */
export function addStartCommand(program: Command): void {
  program.command('start').description('start everything in one process and serve until stopped').action(start)
}

async function start(): Promise<void> {
  await runProcess(
    'headroom',
    async (frame) => {
      await refuseSecondServer(frame.config)
      const config = await withOpenPort(frame.config)
      await serve(await openHeadroom(config, frame.log, frame.started), frame)
    },
    // On a terminal the log would run over what people read; what goes wrong is shown all the same.
    ({ logLevel }) => (process.stdout.isTTY && logLevel === 'info' ? 'warn' : logLevel),
  )
}

async function refuseSecondServer({ databaseUrl, dataDir }: Config): Promise<void> {
  const running = databaseUrl ? null : await findRunning(resolve(dataDir))
  if (running)
    throw new UserError(
      `Headroom is running already on ${resolve(dataDir)}, at ${running.address}. Stop it first, or set HEADROOM_DATA_DIR to another directory.`,
    )
}

async function serve(headroom: Headroom, { started, stopping }: ProcessFrame): Promise<void> {
  stopping.throwIfAborted()
  const { config, log } = headroom
  const model = await readModel()
  const address = publicUrl(config)
  const key = await adminKey(headroom)
  const links = createSignInLinks({ publicUrl: address, now: () => new Date() })
  const app = await createAllInOneServer(headroom, model, links)
  started({ stop: () => app.close() })
  await app.listen({ port: config.port, host: config.host })
  stopping.throwIfAborted()
  // The trackers come first: the stages begin by asking them.
  const demo = (await wantsDemo(headroom)) ? await startDemo(headroom, address, { started, stopping }) : null
  stopping.throwIfAborted()
  await startIngesting(headroom, started)
  await startStages(headroom, model, started)
  if (config.mail.smtpUrl) started(await startMailing(headroom, model))
  if (!config.databaseUrl) {
    await noteRunning(config.dataDir, { databaseUrl: headroom.databaseUrl, address })
    started({ stop: () => forgetRunning(config.dataDir) })
  }
  if (demo) await awaitDemo(headroom, demo, stopping)
  await sayWhatIsThere(headroom)
  if (key.created) process.stdout.write(`\n  Admin key, shown only now: ${key.created}\n`)
  process.stdout.write(`\n  Report   ${links.create(key.id)}\n  API      ${address}/docs\n  Stop     Ctrl-C\n\n`)
  log.info({ address }, 'serving')
}

function startMailing(headroom: Headroom, model: Model): Promise<Service> {
  const mailer = createMailer(headroom.config.mail)
  return startDigest({ ...headroom, ...digestSource(headroom, model), mailer, now: Date.now })
}

async function sayWhatIsThere(headroom: Headroom): Promise<void> {
  const connections = await listConnections(headroom.store.db)
  if (connections.length === 0) {
    const hint = 'Nothing is connected yet. Connect a tracker with: npm run headroom -- connections add --help'
    process.stdout.write(`\n  ${hint}\n`)
    return
  }
  process.stdout.write(`\n${terminalReport(await readReport(headroom, {}))}`)
  const demo = connections.filter(isDemo)
  if (demo.length > 0 && demo.length < connections.length)
    process.stdout.write(
      `\n  The demo company still counts beside your trackers. Remove it with: ${demo
        .map(({ name }) => `npm run headroom -- connections remove "${name}"`)
        .join(' and ')}\n`,
    )
}
