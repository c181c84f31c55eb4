import { failureLine, UserError } from '@headroom/runtime'
import { listConnections, stageBacklog } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import type { Headroom } from '../open-headroom.ts'
import { trackerOf } from './connections.ts'

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check database, queue, trackers, clock and mail, and say how to mend what is wrong')
    .action(async () => {
      const findings = await withHeadroom(examine)
      for (const { what, problem } of findings)
        process.stdout.write(`${problem ? 'wrong' : 'fine '}  ${what}${problem ? `: ${problem}` : ''}\n`)
      const wrong = findings.filter((f) => f.problem)
      if (wrong.length > 0) throw new UserError(`${wrong.length} of ${findings.length} checks found something to mend.`)
    })
}

interface Finding {
  readonly what: string
  /** One line with the remedy; null when all is well. */
  readonly problem: string | null
}

async function examine(headroom: Headroom): Promise<Finding[]> {
  const { store, queues } = headroom
  const findings = [
    await check('database', () => store.pool.query('SELECT 1')),
    await check('queue', () => queues.ping()),
    await check('clock', async () => clockProblem(headroom)),
    await check('work in the queue', async () => {
      const { classify, measure } = await stageBacklog(store.db)
      if (classify + measure > 0 && !headroom.served && !headroom.config.databaseUrl)
        return `${classify} tickets to classify and ${measure} to measure wait for a server. Start it with: npm start`
      return null
    }),
  ]
  for (const connection of await listConnections(store.db)) {
    findings.push(
      await check(`connection "${connection.name}"`, async () => {
        await trackerOf(headroom, connection).test()
        return connection.problem
      }),
    )
  }
  const { smtpUrl } = headroom.config.mail
  findings.push({
    what: 'mail',
    problem: smtpUrl
      ? null
      : 'SMTP_URL is not set, so no weekly email leaves. Set it to your mail server, or leave it if you want none.',
  })
  return findings
}

async function check(what: string, examineIt: () => Promise<unknown>): Promise<Finding> {
  try {
    const problem = await examineIt()
    return { what, problem: typeof problem === 'string' ? problem : null }
  } catch (error) {
    return { what, problem: failureLine(error) }
  }
}

const clockSkewMaxMs = 60_000

async function clockProblem({ store }: Headroom): Promise<string | undefined> {
  const { rows } = await store.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const skewMs = Math.abs(Date.now() - (rows[0]?.now.getTime() ?? 0))
  return skewMs > clockSkewMaxMs
    ? `This machine's clock and the database's are ${Math.round(skewMs / 1000)} s apart. Set both by NTP.`
    : undefined
}
