import { createMailer, previewDigest, sendDigestsNow } from '@headroom/digest'
import { lastCompletePeriod } from '@headroom/domain'
import { UserError } from '@headroom/runtime'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { digestSource } from '../digest-source.ts'
import { readModel } from '../start-services.ts'

export function addDigestCommand(program: Command): void {
  const digest = program.command('digest').description('the weekly email')
  digest
    .command('preview')
    .description('print the mail of the last complete week, as text or HTML')
    .option('--html', 'the HTML part')
    .action(async (options: { html?: boolean }) => {
      const mail = await withHeadroom(async (headroom) => {
        const week = lastCompletePeriod(new Date().toISOString().slice(0, 10), 'week')
        return previewDigest(digestSource(headroom, await readModel()), { teamIds: [], week })
      })
      process.stdout.write(options.html ? mail.html : `Subject: ${mail.subject}\n\n${mail.text}`)
    })
  digest
    .command('send')
    .description('send the last complete week to every active subscription that has not had it')
    .action(async () => {
      const run = await withHeadroom(async (headroom) => {
        const mailer = createMailer(headroom.config.mail)
        return sendDigestsNow({ ...digestSource(headroom, await readModel()), mailer, log: headroom.log }, Date.now())
      })
      process.stdout.write(`${run.sent} sent, ${run.already} had it already\n`)
      const left = run.refused + run.deferred + run.unknown + run.elsewhere
      if (left > 0) throw new UserError(`${left} were not sent; see why in /v1/digests/deliveries.`)
    })
}
