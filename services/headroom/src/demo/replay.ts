import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assigneeIntervals, statusIntervals } from '@headroom/domain'
import { openTrackers, startIngest } from '@headroom/ingest'
import { loadConfig, type Service, UserError } from '@headroom/runtime'
import { demoCredentials } from '@headroom/simulator'
import { findRun, readTicketEffortFacts, ticketId } from '@headroom/store'
import { commandLog, withServices } from '../cli-context.ts'
import { addConnection } from '../connections.ts'
import { type Headroom, openHeadroom } from '../open-headroom.ts'
import { progressDisplay } from '../progress-display.ts'
import { untilSettled } from '../settled.ts'
import { trackerAccessOf } from '../stored-connections.ts'
import { type RawIssue, rawAssignees, rawStatuses, readRawIssues, type Since } from './raw-intervals.ts'
import { startSimulators } from './simulators.ts'

/**
 * Serves a file of raw Jira issues as a Jira, reads it through the same door as any tracker into a database of its own,
 * and compares the stored status and assignee intervals of every issue with those recomputed from the file.
 */
export async function replay(order: { readonly file: string; readonly as: 'cloud' | 'dc' }): Promise<void> {
  await withServices(async (started) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'headroom-replay-'))
    started({ stop: () => rm(dataDir, { recursive: true, force: true }) })
    const config = { ...loadConfig(), dataDir, databaseUrl: undefined, redisUrl: undefined }
    const headroom = await openHeadroom(config, commandLog(config), started)
    const simulators = await startSimulators({ kind: 'replay', ...order })
    started(simulators)
    const connectionId = await readAll(headroom, { baseUrl: simulators.jiraUrl, as: order.as, started })
    await compare(headroom, connectionId, order.file)
  })
}

interface ReplayedSite {
  readonly baseUrl: string
  readonly as: 'cloud' | 'dc'
  readonly started: (service: Service) => void
}

async function readAll(headroom: Headroom, { baseUrl, as, started }: ReplayedSite): Promise<string> {
  const trackers = openTrackers(trackerAccessOf(headroom))
  started(await startIngest({ ...headroom, ...trackers, now: Date.now }))
  const credentials = as === 'cloud' ? demoCredentials.jira : { token: demoCredentials.jira.apiToken }
  const kind = as === 'cloud' ? 'jira-cloud' : 'jira-dc'
  const { id, runId } = await addConnection(headroom, { kind, name: 'replay', baseUrl, credentials, scope: {} })
  const began = performance.now()
  const display = progressDisplay(process.stderr)
  await untilSettled(headroom.store, [runId], (progress) => display.show(progress), { stages: false }).finally(() =>
    display.end(),
  )
  const run = await findRun(headroom.store.db, runId)
  if (run?.status === 'failed') throw new UserError(run.problems.map((p) => p.problem).join('\n'))
  const seconds = (performance.now() - began) / 1000
  process.stdout.write(
    `${run?.seen} issues read in ${seconds.toFixed(1)} s as ${kind}: ${run?.created} stored, ${run?.failed} unreadable\n`,
  )
  return id
}

const batchSize = 500

async function compare(headroom: Headroom, connectionId: string, file: string): Promise<void> {
  const totals = { issues: 0, statuses: 0, assignees: 0, missing: 0 }
  const wrong: string[] = []
  let batch: RawIssue[] = []
  const checkBatch = async () => {
    const facts = await readTicketEffortFacts(
      headroom.store.db,
      batch.map((issue) => ticketId(connectionId, issue.id)),
    )
    const stored = new Map(facts.map((t) => [t.id, t]))
    for (const issue of batch) {
      const ticket = stored.get(ticketId(connectionId, issue.id))
      totals.issues++
      if (!ticket) {
        totals.missing++
        wrong.push(issue.key)
        continue
      }
      const statuses = same(
        rawStatuses(issue),
        statusIntervals(ticket).map((i) => [i.from, i.statusId]),
      )
      const assignees = same(
        rawAssignees(issue),
        assigneeIntervals(ticket).map((i) => [i.from, i.assigneeAccountId]),
      )
      if (statuses) totals.statuses++
      if (assignees) totals.assignees++
      if (!statuses || !assignees) wrong.push(issue.key)
    }
    batch = []
  }
  for await (const issue of readRawIssues(file)) {
    batch.push(issue)
    if (batch.length === batchSize) await checkBatch()
  }
  await checkBatch()
  const { issues, statuses, assignees, missing } = totals
  process.stdout.write(
    `Status intervals equal those in the file for ${statuses} of ${issues} issues, assignee intervals for ${assignees} of ${issues}; ${missing} missing.\n`,
  )
  if (wrong.length > 0)
    throw new UserError(`Different: ${wrong.slice(0, 20).join(', ')}${wrong.length > 20 ? ', ...' : ''}`)
}

function same(expected: readonly Since[], stored: readonly Since[]): boolean {
  return JSON.stringify(expected) === JSON.stringify(stored)
}
