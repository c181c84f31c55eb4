import type { EpochMs } from '@headroom/domain'
import type {
  LinearIssueRecord,
  LinearProject,
  LinearState,
  LinearTeam,
  LinearUser,
  LinearWorkspace,
} from '../linear/workspace.ts'
import { cycleOf, type LinearIds, linearHistory, linearPriorities } from './linear-history.ts'
import { dayMs } from './local-time.ts'
import { type Company, type CompanyTeam, type CompanyTicket, currentState, type StatusRole } from './model.ts'
import { uuidOf } from './uuid.ts'

/** The Linear workspace of a company, with the tickets of its Linear teams. `serverTime` is the company's end unless given. */
export function toLinearWorkspace(company: Company, options: { serverTime?: () => EpochMs } = {}): LinearWorkspace {
  const teams = company.teams.filter((team) => team.tracker === 'linear')
  const ids = linearIds(company)
  const labels = [
    ...new Set(
      company.tickets
        .filter((ticket) => teams.some((team) => team.index === ticket.team))
        .flatMap((ticket) => ticket.labels),
    ),
  ].sort()
  return {
    organization: {
      id: uuidOf(company.seed, 'organization'),
      name: company.name,
      urlKey: company.name.toLowerCase(),
      createdAt: iso(company.from - 400 * dayMs),
    },
    serverTime: options.serverTime ?? (() => company.until),
    teams: teams.map((team) => linearTeam(company, team)),
    states: teams.flatMap((team) => linearStates(company, team, ids)),
    users: company.people.map(
      (person): LinearUser => ({
        ...entity(ids.user(person.index), company.from - 300 * dayMs),
        name: person.name,
        displayName: person.email.split('@')[0] ?? person.name,
        email: person.email,
        active: person.left === null,
        admin: person.role === 'manager',
        guest: false,
        app: person.role === 'bot',
        timezone: person.role === 'bot' ? null : person.timeZone,
      }),
    ),
    labels: labels.map((name) => ({
      ...entity(labelId(company, name), company.from - 200 * dayMs),
      name,
      color: '#95a2b3',
      isGroup: false,
      parentId: null,
      teamId: null,
    })),
    cycles: company.sprints
      .filter((sprint) => teams.some((team) => team.index === sprint.team))
      .map((sprint) => ({
        ...entity(ids.cycle(sprint.index), sprint.startsAt - 28 * dayMs),
        number: sprint.number,
        name: null,
        startsAt: iso(sprint.startsAt),
        endsAt: iso(sprint.endsAt),
        completedAt: sprint.endsAt <= company.until ? iso(sprint.endsAt) : null,
        teamId: teamId(company, sprint.team),
      })),
    projects: company.projects.map((project) => linearProject(company, project)),
    issues: new Map(
      company.tickets.flatMap((ticket) => {
        const team = teams.find((candidate) => candidate.index === ticket.team)
        if (!team) return []
        const issue = linearIssue(company, ids, ticket, team)
        return [[issue.id, issue] as const]
      }),
    ),
  }
}

const stateTypes = {
  backlog: 'backlog',
  todo: 'unstarted',
  doing: 'started',
  blocked: 'started',
  review: 'started',
  testing: 'started',
  done: 'completed',
  canceled: 'canceled',
} as const

function linearIds({ seed, people }: Company): LinearIds {
  const remembered = new Map<string, string>()
  const id = (name: string) => {
    const known = remembered.get(name) ?? uuidOf(seed, name)
    remembered.set(name, known)
    return known
  }
  return {
    seed,
    state: (team, role) => id(`state-${team.index}-${role}`),
    user: (person) => id(`user-${person}`),
    cycle: (sprint) => id(`cycle-${sprint}`),
    isBot: (person) => people[person]?.role === 'bot',
  }
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString()
}

function entity(id: string, at: EpochMs) {
  return { id, createdAt: iso(at), updatedAt: iso(at), archivedAt: null }
}

function teamId(company: Company, team: number): string {
  return uuidOf(company.seed, `team-${team}`)
}

function labelId(company: Company, name: string): string {
  return uuidOf(company.seed, `label-${name}`)
}

function linearTeam(company: Company, team: CompanyTeam): LinearTeam {
  return {
    ...entity(teamId(company, team.index), company.from - 300 * dayMs),
    key: team.key,
    name: team.name,
    timezone: company.people.find((person) => person.team === team.index)?.timeZone ?? 'Etc/UTC',
    private: false,
    issueEstimationType: team.estimates ? 'fibonacci' : 'notUsed',
    defaultIssueEstimate: 1,
    cyclesEnabled: team.sprints,
    cycleDuration: 2,
  }
}

/** The team's states, and the one for duplicates that every Linear team has. */
function linearStates(company: Company, team: CompanyTeam, ids: LinearIds): LinearState[] {
  const base = (id: string, position: number) => ({
    ...entity(id, company.from - 300 * dayMs),
    color: '#bec2c8',
    position,
    teamId: teamId(company, team.index),
  })
  return [
    ...team.statuses.map(
      ({ role, name }, i): LinearState => ({ ...base(ids.state(team, role), i), name, type: stateTypes[role] }),
    ),
    { ...base(uuidOf(company.seed, `state-${team.index}-duplicate`), 20), name: 'Duplicate', type: 'duplicate' },
  ]
}

function linearProject(company: Company, project: Company['projects'][number]): LinearProject {
  const done = project.completedAt === null ? null : iso(project.completedAt)
  return {
    ...entity(projectId(company, project.index), project.createdAt),
    name: project.name,
    description: project.description,
    statusType: done === null ? 'started' : 'completed',
    teamIds: [teamId(company, project.team)],
    leadId: null,
    startDate: iso(project.createdAt).slice(0, 10),
    targetDate: null,
    startedAt: iso(project.createdAt),
    completedAt: done,
    canceledAt: null,
    updatedAt: done ?? iso(project.createdAt),
  }
}

function projectId(company: Company, project: number): string {
  return uuidOf(company.seed, `project-${project}`)
}

function linearIssue(company: Company, ids: LinearIds, ticket: CompanyTicket, team: CompanyTeam): LinearIssueRecord {
  const state = currentState(ticket)
  const createdAt = iso(ticket.createdAt)
  const reached = (roles: readonly StatusRole[]) =>
    ticket.changes.find((change) => change.set.status !== undefined && roles.includes(change.set.status))?.at
  const at = (moment: EpochMs | undefined) => (moment === undefined ? null : iso(moment))
  const last = Math.max(
    ticket.createdAt,
    ...ticket.changes.map((change) => change.at),
    ...ticket.comments.map((comment) => comment.at),
  )
  return {
    id: issueId(company, ticket.index),
    createdAt,
    updatedAt: iso(last),
    archivedAt: null,
    number: ticket.number,
    teamId: teamId(company, team.index),
    previousIdentifiers: [],
    title: ticket.title,
    description: ticket.description === '' ? null : ticket.description,
    priority: linearPriorities[state.priority],
    estimate: state.estimate,
    stateId: ids.state(team, state.status),
    assigneeId: state.assignee === null ? null : ids.user(state.assignee),
    creatorId: ids.user(ticket.reporter),
    delegateId: null,
    parentId: ticket.parent === null ? null : issueId(company, ticket.parent),
    projectId: ticket.project === null ? null : projectId(company, ticket.project),
    cycleId: cycleOf(ids, state.sprints),
    labelIds: ticket.labels.map((name) => labelId(company, name)),
    dueDate: null,
    startedAt: at(reached(['doing', 'blocked', 'review', 'testing'])),
    completedAt:
      state.status === 'done' ? at(ticket.changes.findLast((change) => change.set.status === 'done')?.at) : null,
    canceledAt: state.status === 'canceled' ? at(reached(['canceled'])) : null,
    addedToCycleAt: at(ticket.changes.findLast((change) => change.set.sprints !== undefined)?.at),
    addedToProjectAt: ticket.project === null ? null : createdAt,
    addedToTeamAt: createdAt,
    trashed: false,
    history: linearHistory(ids, ticket, team),
    comments: ticket.comments.map((comment, i) => ({
      id: uuidOf(company.seed, `comment-${ticket.index}-${i}`),
      createdAt: iso(comment.at),
      updatedAt: iso(comment.at),
      userId: ids.isBot(comment.author) ? null : ids.user(comment.author),
      body: comment.body,
    })),
  }
}

function issueId(company: Company, ticket: number): string {
  return uuidOf(company.seed, `issue-${ticket}`)
}
