import { randomUUID } from 'node:crypto'
import type { LinearChanges } from '../linear/changes.ts'
import { defaultLinearApiKey, startLinearSimulator } from '../linear/simulator.ts'
import {
  type LinearHistoryRow,
  type LinearIssueRecord,
  type LinearWorkspace,
  linearIdentifier,
} from '../linear/workspace.ts'
import type { SmallChange, SmallTracker, SmallTrackerOptions } from './small-tracker.ts'
import { stretchesOf, type TrueTicket } from './true-ticket.ts'

/** Linear as a {@link SmallTracker}; its projects are teams. */
export async function startSmallLinear(options: SmallTrackerOptions): Promise<SmallTracker> {
  const people = { ada: randomUUID(), bob: randomUUID() }
  const workspace = smallWorkspace(options, people)
  const { webhookRetryDelayMs } = options
  const linear = await startLinearSimulator({
    workspace,
    limits: options.linear ?? {},
    ...(webhookRetryDelayMs === undefined ? {} : { webhookRetryDelayMs }),
  })
  /** Linear itself forgets what was removed for good. */
  const removed = new Map<string, LinearIssueRecord>()
  const toChanges = ({ status, project, assignee, ...rest }: SmallChange): LinearChanges => ({
    ...rest,
    ...(status === undefined ? {} : { state: status }),
    ...(project === undefined ? {} : { team: project }),
    ...(assignee === undefined ? {} : { assignee: assignee && people[assignee] }),
  })
  return {
    kind: 'linear',
    url: linear.url,
    credentials: { apiKey: defaultLinearApiKey },
    faults: linear.faults,
    webhooks: linear.webhooks,
    create: (title, team = 'PAY') => linear.createIssue({ team, title, description: title }, people.ada).id,
    ids: () => [...workspace.issues.keys()],
    edit: (id, change) => void linear.editIssue(id, toChanges(change), people.bob),
    remove(id) {
      const issue = linear.deleteIssue(id, people.ada)
      removed.set(issue.id, issue)
    },
    restore(id) {
      const issue = removed.get(id)
      if (issue) workspace.issues.set(id, issue)
      removed.delete(id)
    },
    setProject: () => {
      throw new TypeError('A team of Linear can not be hidden')
    },
    disturbIndex: () => {
      throw new TypeError('Linear has no index that lags')
    },
    truth: () =>
      new Map([
        ...[...workspace.issues.values()].map((issue) => [issue.id, trueTicket(workspace, issue)] as const),
        ...[...removed.keys()].map((id) => [id, { gone: true }] as const),
      ]),
    clear() {
      linear.faults.clear()
      workspace.issues.clear()
      removed.clear()
    },
    flush: () => linear.flush(),
    stop: () => linear.stop(),
  }
}

function trueTicket(workspace: LinearWorkspace, issue: LinearIssueRecord): TrueTicket {
  if (issue.trashed) return { gone: true }
  const changes = (from: keyof LinearHistoryRow, to: keyof LinearHistoryRow) =>
    issue.history
      .filter((row) => row[from] !== undefined || row[to] !== undefined)
      .map((row) => ({
        at: Date.parse(row.createdAt),
        from: (row[from] as string | null | undefined) ?? null,
        to: (row[to] as string | null | undefined) ?? null,
      }))
  const createdAt = Date.parse(issue.createdAt)
  return {
    gone: false,
    key: linearIdentifier(workspace, issue),
    formerKeys: issue.previousIdentifiers.toSorted(),
    title: issue.title,
    description: issue.description ?? '',
    place: workspace.teams.find(({ id }) => id === issue.teamId)?.key ?? '',
    status: issue.stateId,
    assignee: issue.assigneeId,
    estimate: issue.estimate,
    archived: issue.archivedAt !== null,
    createdAt,
    updatedAt: Date.parse(issue.updatedAt),
    comments: issue.comments.length,
    statuses: stretchesOf(createdAt, issue.stateId, changes('fromStateId', 'toStateId')),
    assignees: stretchesOf(createdAt, issue.assigneeId, changes('fromAssigneeId', 'toAssigneeId')),
  }
}

function smallWorkspace(
  { clock, timeZone = 'Etc/UTC' }: SmallTrackerOptions,
  people: Readonly<Record<'ada' | 'bob', string>>,
): LinearWorkspace {
  const created = new Date(clock.ms).toISOString()
  const entity = () => ({ id: randomUUID(), createdAt: created, updatedAt: created, archivedAt: null })
  const teams = [['PAY', 'Payments'] as const, ['OPS', 'Operations'] as const].map(([key, name]) => ({
    ...entity(),
    key,
    name,
    timezone: timeZone,
    private: false,
    issueEstimationType: 'fibonacci' as const,
    defaultIssueEstimate: 1,
    cyclesEnabled: false,
    cycleDuration: 2,
  }))
  const types = [
    ['To Do', 'unstarted'],
    ['In Progress', 'started'],
    ['Done', 'completed'],
    ["Won't do", 'canceled'],
  ] as const
  const states = teams.flatMap(({ id: teamId }) =>
    types.map(([name, type], position) => ({ ...entity(), name, type, color: '#888888', position, teamId })),
  )
  const user = (id: string, name: string) => ({
    ...entity(),
    id,
    name,
    displayName: name,
    email: `${name.toLowerCase()}@example.invalid`,
    active: true,
    admin: false,
    guest: false,
    app: false,
    timezone: timeZone,
  })
  return {
    organization: { id: randomUUID(), name: 'Example', urlKey: 'example', createdAt: created },
    serverTime: () => clock.ms,
    teams,
    states,
    users: [user(people.ada, 'Ada'), user(people.bob, 'Bob')],
    labels: [],
    cycles: [],
    projects: [],
    issues: new Map(),
  }
}
