import { checkMailServer } from '@headroom/digest'
import { ConfigError, failureLine, UserError } from '@headroom/runtime'
import { connectionHealth, listConnections, stageBacklog } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { isDemo } from '../demo/demo-connections.ts'
import type { Headroom } from '../open-headroom.ts'
import { trackerOf } from '../stored-connections.ts'

/** `doctor`: what is wrong and how to mend it; exit code 0 when nothing is. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check database, queue, trackers, clock and mail, and say how to mend what is wrong')
    .action(async () => {
      const findings = await withHeadroom(examine).catch((error: unknown): Finding[] => {
        if (error instanceof ConfigError) throw error
        return [{ state: 'wrong', what: 'database', word: failureLine(error) }]
      })
      for (const { state, what, word } of findings)
        process.stdout.write(`${state.padEnd(5)}  ${what}${word ? `: ${word}` : ''}\n`)
      const wrong = findings.filter(({ state }) => state === 'wrong')
      if (wrong.length > 0) throw new UserError(`${wrong.length} of ${findings.length} checks found something to mend.`)
    })
}

interface Finding {
  readonly state: 'fine' | 'note' | 'wrong'
  readonly what: string
  /** One line: what is wrong with the remedy, or what is worth knowing; null when there is nothing to say. */
  readonly word: string | null
}

async function examine(headroom: Headroom): Promise<Finding[]> {
  const { store, queues } = headroom
  return [
    await check('database', () => store.pool.query('SELECT 1')),
    await check('queue', () => queues.ping()),
    await check('clock', () => clockProblem(headroom)),
    await waitingWork(headroom),
    ...(await trackers(headroom)),
    await mail(headroom),
  ]
}

/** `examineIt` answers a problem as one line, or anything else when all is well. */
async function check(what: string, examineIt: () => Promise<unknown>): Promise<Finding> {
  try {
    const problem = await examineIt()
    return typeof problem === 'string' ? { state: 'wrong', what, word: problem } : { state: 'fine', what, word: null }
  } catch (error) {
    return { state: 'wrong', what, word: failureLine(error) }
  }
}

const clockSkewMaxMs = 60_000

async function clockProblem({ store }: Headroom): Promise<string | null> {
  const { rows } = await store.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const skewMs = Math.abs(Date.now() - (rows[0]?.now.getTime() ?? 0))
  if (skewMs <= clockSkewMaxMs) return null
  return `This machine's clock and the database's are ${Math.round(skewMs / 1000)} s apart. Set both by NTP.`
}

async function waitingWork({ store, served, config }: Headroom): Promise<Finding> {
  const what = 'waiting work'
  const { classify, measure } = await stageBacklog(store.db)
  const word = `${classify} tickets to classify, ${measure} to measure`
  if (classify + measure === 0) return { state: 'fine', what, word: null }
  if (served || config.databaseUrl) return { state: 'note', what, word: `${word}; the server is at it` }
  return { state: 'note', what, word: `${word}, and no server runs. Start it with: npm start` }
}

async function trackers(headroom: Headroom): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const connection of await listConnections(headroom.store.db)) {
    const what = `connection "${connection.name}"`
    if (isDemo(connection) && !headroom.served && !headroom.config.databaseUrl)
      findings.push({ state: 'note', what, word: 'the demo trackers run only while the server runs' })
    else
      findings.push(
        await check(what, async () => {
          await trackerOf(headroom, connection).test()
          return connectionHealth(connection, Date.now()).problem
        }),
      )
  }
  return findings
}

async function mail({ config }: Headroom): Promise<Finding> {
  const { smtpUrl } = config.mail
  if (!smtpUrl) {
    const word = 'SMTP_URL is not set, so no weekly email leaves. Set it to your mail server if you want them'
    return { state: 'note', what: 'mail', word }
  }
  try {
    await checkMailServer(smtpUrl)
    return { state: 'fine', what: 'mail', word: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return {
      state: 'wrong',
      what: 'mail',
      word: `The mail server in SMTP_URL does not let us in (${reason}). Correct it.`,
    }
  }
}
