import { randomUUID } from 'node:crypto'
import { openBackingServices } from '@headroom/backing-services'
import { createLogger } from '@headroom/runtime'
import {
  defaultLinearApiKey,
  defaultTeams,
  generateCompany,
  type JiraLimits,
  type SmallTrackerKind,
  type SmallTrackerOptions,
  startJiraSimulator,
  startLinearSimulator,
  startSmallTracker,
  toJiraSite,
  toLinearWorkspace,
} from '@headroom/simulator'
import {
  findConnection,
  findRun,
  insertConnection,
  inTransaction,
  type NewConnection,
  type Run,
  type RunMode,
  requestRun,
} from '@headroom/store'
import { testDatabase } from '@headroom/testkit'
import { createTracker, type Tracker } from '@headroom/trackers'
import type { RunningIngest } from '../src/ingest-deps.ts'
import { runSync } from '../src/run-sync.ts'

const until = Date.UTC(2026, 9, 30, 17)

/** One Jira team and one Linear team over a month: some hundred tickets. */
const company = generateCompany({
  seed: 'ingest',
  until,
  months: 1,
  teams: defaultTeams.filter(({ key }) => ['BOOK', 'INS'].includes(key)),
})

/** The ingest service's parts on a database of their own, with real queues that nobody works off. */
export async function startIngestUnderTest() {
  const database = await testDatabase()
  const log = createLogger({ level: 'silent', service: 'ingest' })
  const backing = await openBackingServices({ databaseUrl: database.url, redisUrl: undefined, name: 'ingest', log })
  const { store } = backing
  const clock = { ms: until }
  /** How long the trackers had us wait, in order. Nobody really does. */
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  const open: RunningIngest['openTracker'] = (of) => {
    if ('sealedRequest' in of) throw new Error('Trials of credentials have a test of their own')
    const { kind, baseUrl, scope } = of
    return createTracker({ kind, baseUrl, credentials: JSON.parse(of.sealedCredentials), scope }, { wait })
  }
  const deps: RunningIngest = {
    ...backing,
    log,
    openTracker: open,
    now: () => clock.ms,
    stopping: new AbortController().signal,
  }
  const simulators: { stop(): Promise<void> }[] = []

  async function connect(
    settings: Pick<NewConnection, 'kind' | 'baseUrl'>,
    credentials: object = { email: 'headroom@example.invalid', apiToken: 'simulated-api-token' },
  ): Promise<string> {
    const id = randomUUID()
    await insertConnection(store.db, {
      id,
      name: id,
      scope: {},
      sealedCredentials: JSON.stringify(credentials),
      ...settings,
    })
    return id
  }

  return {
    deps,
    store,
    clock,
    waits,
    connect,
    async startJira(limits: Partial<JiraLimits> = {}) {
      const site = toJiraSite(company, { serverTime: () => clock.ms })
      const jira = await startJiraSimulator({ site, limits })
      simulators.push(jira)
      return { jira, connectionId: await connect({ kind: 'jira-cloud', baseUrl: jira.url }) }
    },
    async startLinear() {
      const linear = await startLinearSimulator({
        workspace: toLinearWorkspace(company, { serverTime: () => clock.ms }),
      })
      simulators.push(linear)
      const connectionId = await connect({ kind: 'linear', baseUrl: linear.url }, { apiKey: defaultLinearApiKey })
      return { linear, connectionId }
    },
    /** A small tracker of any kind; its clock is ours. */
    async startSmall(kind: SmallTrackerKind, options: Omit<SmallTrackerOptions, 'kind' | 'clock'> = {}) {
      const small = await startSmallTracker({ kind, clock, ...options })
      simulators.push(small)
      return { small, connectionId: await connect({ kind, baseUrl: small.url }, small.credentials) }
    },
    /** The deps with trackers that `change` has taken in hand. */
    depsWith(change: (tracker: Tracker) => Partial<Tracker>): RunningIngest {
      return {
        ...deps,
        openTracker: (of) => {
          const tracker = open(of)
          return { ...tracker, ...change(tracker) }
        },
      }
    },
    /** Asks for a run and does it, by default in the last attempt that its job has. */
    async run(connectionId: string, options: { mode?: RunMode; deps?: RunningIngest; attempt?: number } = {}) {
      const { mode = 'incremental', attempt = 5 } = options
      const id = await inTransaction(store, (tx) => requestRun(tx, { id: randomUUID(), connectionId, mode }))
      await runSync(options.deps ?? deps, id, { attempt, attemptsMax: 5 })
      const run = await findRun(store.db, id)
      const connection = await findConnection(store.db, connectionId)
      if (!run || !connection) throw new Error('The run is gone')
      return { run, connection }
    },
    async openRun(connectionId: string): Promise<Run> {
      const id = await inTransaction(store, (tx) =>
        requestRun(tx, { id: randomUUID(), connectionId, mode: 'incremental' }),
      )
      return (await findRun(store.db, id)) as Run
    },
    /** External ids of the stored tickets. */
    async stored(connectionId: string): Promise<string[]> {
      return this.column(`SELECT external_id FROM tickets WHERE connection_id = $1`, connectionId)
    },
    /** The one column of a query, sorted. */
    async column(sql: string, connectionId: string): Promise<string[]> {
      const { rows } = await store.pool.query({ text: sql, values: [connectionId], rowMode: 'array' })
      return rows.map(([value]) => String(value)).sort()
    },
    async close() {
      await Promise.all(simulators.map((simulator) => simulator.stop()))
      await backing.stop()
      await database.drop()
    },
  }
}
