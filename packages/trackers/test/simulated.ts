import { randomUUID } from 'node:crypto'
import {
  createFaults,
  defaultLinearApiKey,
  type Faults,
  type JiraLimits,
  type JiraSite,
  type LinearLimits,
  type LinearWorkspace,
  startJiraSimulator,
  startLinearSimulator,
} from '@headroom/simulator'
import { createTracker, type Tracker, type TrackerOptions } from '../src/index.ts'

/** A simulated tracker of one kind, edited in words that all three have. Every edit happens one minute after the last. */
export interface Simulated {
  readonly kind: Tracker['kind']
  readonly faults: Faults
  /** The tracker's clock. */
  now(): number
  pass(ms: number): void
  connect(options?: Partial<TrackerOptions> & { readonly secret?: string; readonly scope?: readonly string[] }): Tracker
  /** Creates a ticket and gives its id; `at: 'once'` leaves the clock alone. */
  create(title: string, at?: 'once'): string
  start(id: string): void
  finish(id: string): void
  giveUp(id: string): void
  assign(id: string, person: 'ada' | 'bob' | null): void
  estimate(id: string, points: number | null): void
  comment(id: string): void
  describe(id: string): void
  move(id: string): void
  remove(id: string): void
  /** Linear only. */
  archive(id: string): void
  /** A name of a field of the payload that we count, for the malformed fault. */
  readonly countedField: string
  stop(): Promise<void>
}

export interface SimulatedLimits {
  readonly jira?: Partial<JiraLimits>
  readonly linear?: Partial<LinearLimits>
}

export const people = { ada: randomUUID(), bob: randomUUID() }

export async function startSimulated(kind: Tracker['kind'], limits: SimulatedLimits = {}): Promise<Simulated> {
  return kind === 'linear' ? startLinear(limits.linear) : startJira(kind, limits.jira)
}

const quick: TrackerOptions = { wait: async () => {}, random: () => 0.5, timeoutMs: 10_000 }

async function startJira(kind: 'jira-cloud' | 'jira-dc', limits: Partial<JiraLimits> = {}): Promise<Simulated> {
  const clock = { ms: Date.UTC(2026, 2, 2, 9) }
  const faults = createFaults()
  const site = jiraSite(kind === 'jira-cloud' ? 'cloud' : 'dc', clock)
  const simulator = await startJiraSimulator({ site, faults, limits, accounts: [jiraAccount(kind, site)] })
  const edit = (id: string, changes: Parameters<typeof simulator.editIssue>[1]) => {
    clock.ms += 60_000
    simulator.editIssue(id, changes, people.ada)
  }
  return {
    kind,
    faults,
    now: () => clock.ms,
    pass: (ms) => {
      clock.ms += ms
    },
    connect: ({ secret = 'secret', scope = [], ...options } = {}) =>
      createTracker(
        {
          kind,
          baseUrl: simulator.url,
          credentials: kind === 'jira-cloud' ? { email: 'ada@example.invalid', apiToken: secret } : { token: secret },
          scope: { projects: scope },
        },
        { ...quick, ...options },
      ),
    create(title, at) {
      if (at !== 'once') clock.ms += 60_000
      return simulator.createIssue({ project: 'PAY', issueType: 'Story', summary: title }, people.ada).id
    },
    start: (id) => edit(id, { status: 'In Progress' }),
    finish: (id) => edit(id, { status: 'Done' }),
    giveUp: (id) => edit(id, { status: "Won't do" }),
    assign: (id, person) => edit(id, { assignee: person && people[person] }),
    estimate: (id, storyPoints) => edit(id, { storyPoints }),
    comment: (id) => edit(id, { comment: 'Some words.' }),
    describe: (id) => edit(id, { description: `h2. Why ${clock.ms}` }),
    move: (id) => edit(id, { project: 'OPS' }),
    remove: (id) => void simulator.deleteIssue(id, people.ada),
    archive: () => {
      throw new Error('the simulated Jira does not archive')
    },
    countedField: 'status',
    stop: () => simulator.stop(),
  }
}

function jiraAccount(kind: 'jira-cloud' | 'jira-dc', site: JiraSite) {
  const userKey = site.users[0]?.key ?? ''
  return kind === 'jira-cloud'
    ? { email: 'ada@example.invalid', apiToken: 'secret', userKey }
    : { token: 'secret', userKey }
}

function jiraSite(kind: JiraSite['kind'], clock: { ms: number }): JiraSite {
  const user = { timeZone: 'Pacific/Auckland', active: true, accountType: 'atlassian' as const }
  const custom = (id: number, name: string, type: string) => ({
    id: `customfield_${id}`,
    name,
    custom: true,
    schema: { type: 'any', custom: type, customId: id },
  })
  return {
    kind,
    baseUrl: '',
    serverTime: () => clock.ms,
    users: [
      { ...user, key: people.ada, name: 'ada', displayName: 'Ada', emailAddress: 'ada@example.invalid' },
      { ...user, key: people.bob, name: 'bob', displayName: 'Bob', emailAddress: null, active: false },
    ],
    projects: [
      { id: '10000', key: 'PAY', name: 'Payments', style: 'classic' },
      { id: '10001', key: 'OPS', name: 'Operations', style: 'classic' },
    ],
    statuses: [
      { id: '1', name: 'To Do', category: 'new' },
      { id: '3', name: 'In Progress', category: 'indeterminate' },
      { id: '5', name: 'Done', category: 'done' },
      { id: '6', name: "Won't do", category: 'done' },
    ],
    issueTypes: [
      { id: '10', name: 'Epic', subtask: false, hierarchyLevel: 1 },
      { id: '11', name: 'Story', subtask: false, hierarchyLevel: 0 },
    ],
    fields: [
      custom(10016, 'Story Points', 'com.atlassian.jira.plugin.system.customfieldtypes:float'),
      custom(10020, 'Sprint', 'com.pyxis.greenhopper.jira:gh-sprint'),
    ],
    priorities: [{ id: '3', name: 'Medium' }],
    boards: [
      { id: 1, name: 'A', type: 'scrum', projectKey: 'PAY', columns: [], estimationFieldId: 'customfield_10016' },
      { id: 2, name: 'B', type: 'kanban', projectKey: 'OPS', columns: [], estimationFieldId: null },
    ],
    sprints: [
      {
        id: 8,
        name: 'First, [1]=a',
        state: 'active',
        startDate: '2026-03-16T09:00:00.000+01:00',
        endDate: '2026-03-30T09:00:00.000+02:00',
        completeDate: null,
        originBoardId: 1,
        goal: null,
      },
    ],
    issues: new Map(),
  }
}

async function startLinear(limits: Partial<LinearLimits> = {}): Promise<Simulated> {
  const clock = { ms: Date.UTC(2026, 2, 2, 9) }
  const faults = createFaults()
  const simulator = await startLinearSimulator({ workspace: linearWorkspace(clock), faults, limits })
  const edit = (id: string, changes: Parameters<typeof simulator.editIssue>[1]) => {
    clock.ms += 60_000
    simulator.editIssue(id, changes, people.ada)
  }
  return {
    kind: 'linear',
    faults,
    now: () => clock.ms,
    pass: (ms) => {
      clock.ms += ms
    },
    connect: ({ secret = defaultLinearApiKey, scope = [], ...options } = {}) =>
      createTracker(
        { kind: 'linear', baseUrl: simulator.url, credentials: { apiKey: secret }, scope: { teams: scope } },
        { ...quick, ...options },
      ),
    create(title, at) {
      if (at !== 'once') clock.ms += 60_000
      return simulator.createIssue({ team: 'PAY', title }, people.ada).id
    },
    start: (id) => edit(id, { state: 'In Progress' }),
    finish: (id) => edit(id, { state: 'Done' }),
    giveUp: (id) => edit(id, { state: "Won't do" }),
    assign: (id, person) => edit(id, { assignee: person && people[person] }),
    estimate: (id, estimate) => edit(id, { estimate }),
    comment: (id) => edit(id, { comment: 'Some words.' }),
    describe: (id) => edit(id, { description: `## Why ${clock.ms}` }),
    move: (id) => edit(id, { team: 'OPS' }),
    remove: (id) => void simulator.deleteIssue(id, people.ada),
    archive: (id) => edit(id, { archived: true }),
    countedField: 'title',
    stop: () => simulator.stop(),
  }
}

function linearWorkspace(clock: { ms: number }): LinearWorkspace {
  const created = new Date(clock.ms).toISOString()
  const entity = () => ({ id: randomUUID(), createdAt: created, updatedAt: created, archivedAt: null })
  const team = (key: string, name: string) => ({
    ...entity(),
    key,
    name,
    timezone: 'Europe/Berlin',
    private: false,
    issueEstimationType: 'fibonacci' as const,
    defaultIssueEstimate: 1,
    cyclesEnabled: true,
    cycleDuration: 2,
  })
  const teams = [team('PAY', 'Payments'), team('OPS', 'Operations')]
  const states = teams.flatMap(({ id: teamId }) =>
    (
      [
        ['To Do', 'unstarted'],
        ['In Progress', 'started'],
        ['Done', 'completed'],
        ["Won't do", 'canceled'],
      ] as const
    ).map(([name, type], position) => ({ ...entity(), name, type, color: '#888888', position, teamId })),
  )
  const user = (id: string, name: string, active: boolean) => ({
    ...entity(),
    id,
    name,
    displayName: name,
    email: `${name.toLowerCase()}@example.invalid`,
    active,
    admin: false,
    guest: false,
    app: false,
    timezone: 'Europe/Berlin',
  })
  return {
    organization: { id: randomUUID(), name: 'Example', urlKey: 'example', createdAt: created },
    serverTime: () => clock.ms,
    teams,
    states,
    users: [user(people.ada, 'Ada', true), user(people.bob, 'Bob', false)],
    labels: [],
    cycles: [
      {
        ...entity(),
        number: 1,
        name: 'First, [1]=a',
        startsAt: '2026-03-16T00:00:00.000Z',
        endsAt: '2026-03-30T00:00:00.000Z',
        completedAt: null,
        teamId: teams[0]?.id ?? '',
      },
    ],
    projects: [],
    issues: new Map(),
  }
}
