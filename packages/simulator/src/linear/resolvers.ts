import type { GraphQLFieldResolver } from 'graphql'
import { type PageArguments, pageOf } from './connection.ts'
import type { LinearContext } from './context.ts'
import { slugOf } from './slug.ts'
import { stateSpans } from './state-spans.ts'
import type {
  LinearCycle,
  LinearHistoryRow,
  LinearIssueRecord,
  LinearLabel,
  LinearProject,
  LinearState,
  LinearTeam,
  LinearUser,
} from './workspace.ts'
import { linearIdentifier } from './workspace.ts'

/** Resolvers of one type; a field without one is read from the record. */
export type TypeResolvers<Source> = Readonly<Record<string, GraphQLFieldResolver<Source, LinearContext>>>

const priorityLabels = ['No priority', 'Urgent', 'High', 'Medium', 'Low']

/** The address of an issue in Linear's own pages. */
export function issueUrl({ workspace }: Pick<LinearContext, 'workspace'>, issue: LinearIssueRecord): string {
  return `https://linear.app/${workspace.organization.urlKey}/issue/${linearIdentifier(workspace, issue)}/${slugOf(issue.title)}`
}

export function priorityLabel(issue: LinearIssueRecord): string {
  return priorityLabels[issue.priority] ?? 'No priority'
}

const issue: TypeResolvers<LinearIssueRecord> = {
  identifier: (source, _args, { workspace, find }) =>
    `${find.team(source.teamId)?.key ?? workspace.organization.urlKey}-${source.number}`,
  url: (source, _args, context) => issueUrl(context, source),
  branchName: (source, _args, { workspace }) =>
    `${linearIdentifier(workspace, source).toLowerCase()}-${slugOf(source.title)}`,
  priorityLabel: (source) => priorityLabel(source),
  trashed: (source) => (source.trashed ? true : null),
  team: (source, _args, { find }) => find.team(source.teamId),
  state: (source, _args, { find }) => find.state(source.stateId),
  assignee: (source, _args, { find }) => find.user(source.assigneeId),
  creator: (source, _args, { find }) => find.user(source.creatorId),
  delegate: (source, _args, { find }) => find.user(source.delegateId),
  cycle: (source, _args, { find }) => find.cycle(source.cycleId),
  project: (source, _args, { find }) => find.project(source.projectId),
  parent: (source, _args, { workspace }) =>
    source.parentId === null ? null : (workspace.issues.get(source.parentId) ?? null),
  labels: (source, args: PageArguments, { find }) =>
    pageOf(
      source.labelIds.map(find.label).filter((label) => label !== null),
      args,
    ),
  children: (source, args: PageArguments, { workspace }) =>
    pageOf(workspace.issues.values(), args, (child) => child.parentId === source.id),
  comments: (source, args: PageArguments) =>
    pageOf(
      source.comments.map((comment) => ({ ...comment, issueId: source.id })),
      args,
    ),
  history: (source, args: PageArguments) => pageOf(source.history, args),
  stateHistory: (source, args: PageArguments) => pageOf(stateSpans(source), args),
}

const history: TypeResolvers<LinearHistoryRow> = {
  actor: (row, _args, { find }) => find.user(row.actorId),
  fromState: (row, _args, { find }) => find.state(row.fromStateId),
  toState: (row, _args, { find }) => find.state(row.toStateId),
  fromAssignee: (row, _args, { find }) => find.user(row.fromAssigneeId),
  toAssignee: (row, _args, { find }) => find.user(row.toAssigneeId),
  fromCycle: (row, _args, { find }) => find.cycle(row.fromCycleId),
  toCycle: (row, _args, { find }) => find.cycle(row.toCycleId),
  fromProject: (row, _args, { find }) => find.project(row.fromProjectId),
  toProject: (row, _args, { find }) => find.project(row.toProjectId),
  fromTeam: (row, _args, { find }) => find.team(row.fromTeamId),
  toTeam: (row, _args, { find }) => find.team(row.toTeamId),
}

const team: TypeResolvers<LinearTeam> = {
  displayName: (source) => source.name,
  issueEstimationAllowZero: () => false,
  issueEstimationExtended: () => false,
  issueCount: (source, { includeArchived }: { includeArchived?: boolean | null }, { workspace }) => {
    let count = 0
    for (const record of workspace.issues.values())
      if (record.teamId === source.id && (includeArchived === true || record.archivedAt === null)) count += 1
    return count
  },
  states: (source, args: PageArguments, { workspace }) =>
    pageOf(workspace.states, args, ({ teamId }) => teamId === source.id),
  cycles: (source, args: PageArguments, { workspace }) =>
    pageOf(workspace.cycles, args, ({ teamId }) => teamId === source.id),
}

const project: TypeResolvers<LinearProject> = {
  slugId: (source) => source.id.slice(-12),
  url: (source, _args, { workspace }) =>
    `https://linear.app/${workspace.organization.urlKey}/project/${slugOf(source.name)}-${source.id.slice(-12)}`,
  status: ({ statusType }) => ({ id: `status-${statusType}`, name: statusType, type: statusType }),
  lead: (source, _args, { find }) => find.user(source.leadId),
  teams: (source, args: PageArguments, { find }) =>
    pageOf(
      source.teamIds.map(find.team).filter((row) => row !== null),
      args,
    ),
}

const cycle: TypeResolvers<LinearCycle> = {
  team: (source, _args, { find }) => find.team(source.teamId),
  isActive: (source, _args, { workspace }) => placeOf(source, workspace.serverTime()) === 0,
  isPast: (source, _args, { workspace }) => placeOf(source, workspace.serverTime()) < 0,
  isFuture: (source, _args, { workspace }) => placeOf(source, workspace.serverTime()) > 0,
}

function placeOf(source: LinearCycle, nowMs: number): -1 | 0 | 1 {
  if (Date.parse(source.startsAt) > nowMs) return 1
  return source.completedAt !== null || Date.parse(source.endsAt) <= nowMs ? -1 : 0
}

const user: TypeResolvers<LinearUser> = {
  isMe: (source, _args, { workspace }) => workspace.users[0]?.id === source.id,
  url: (source, _args, { workspace }) =>
    `https://linear.app/${workspace.organization.urlKey}/profiles/${slugOf(source.displayName)}`,
}

const label: TypeResolvers<LinearLabel> = {
  parent: (source, _args, { find }) => find.label(source.parentId),
  team: (source, _args, { find }) => find.team(source.teamId),
}

const workflowState: TypeResolvers<LinearState> = {
  team: (source, _args, { find }) => find.team(source.teamId),
}

const comment: TypeResolvers<{ readonly userId: string | null }> = {
  user: (source, _args, { find }) => find.user(source.userId),
}

/** By name of the type. */
export const typeResolvers = {
  Issue: issue,
  IssueHistory: history,
  IssueStateSpan: {
    state: (span: { readonly stateId: string }, _args, { find }) => find.state(span.stateId),
  } satisfies TypeResolvers<{ readonly stateId: string }>,
  Team: team,
  Project: project,
  Cycle: cycle,
  User: user,
  IssueLabel: label,
  WorkflowState: workflowState,
  Comment: comment,
} as const
