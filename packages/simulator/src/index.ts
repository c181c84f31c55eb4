export { generateCompany } from './company/company.ts'
export { demoCredentials } from './company/credentials.ts'
export type {
  Company,
  CompanyPerson,
  CompanyProject,
  CompanySprint,
  CompanyStatus,
  CompanyTeam,
  CompanyTicket,
  Habits,
  Priority,
  ShownChange,
  ShownComment,
  ShownState,
  ShownWorklog,
  StatusRole,
  TeamTopic,
  TrueWork,
  Truth,
} from './company/model.ts'
export { currentState, defaultHabits, ticketKey } from './company/model.ts'
export type { TeamProfile } from './company/teams.ts'
export { defaultTeams } from './company/teams.ts'
export { toJiraSite } from './company/to-jira-site.ts'
export { toLinearWorkspace } from './company/to-linear-workspace.ts'
export type { TrueSplit } from './company/true-split.ts'
export { trueSplit, trueStrategicShare } from './company/true-split.ts'
export type { JiraAccount } from './jira/authentication.ts'
export { defaultJiraAccounts } from './jira/authentication.ts'
export type { JiraChanges, JiraCreation } from './jira/changes.ts'
export type { JiraLimits } from './jira/context.ts'
export { defaultJiraLimits } from './jira/context.ts'
export type { JiraSimulator, JiraSimulatorOptions } from './jira/simulator.ts'
export { startJiraSimulator } from './jira/simulator.ts'
export type {
  JiraBoard,
  JiraComment,
  JiraField,
  JiraHistory,
  JiraHistoryItem,
  JiraIssueRecord,
  JiraIssueType,
  JiraPriority,
  JiraProject,
  JiraSite,
  JiraSprint,
  JiraStatus,
  JiraStatusCategoryKey,
  JiraUser,
  JiraWorklog,
} from './jira/site.ts'
export { jiraTimestamp } from './jira/site.ts'
export {
  jiraIssueTypeValue,
  jiraParentValue,
  jiraPriorityValue,
  jiraProjectValue,
  jiraStatusValue,
  jiraUserValue,
} from './jira/values.ts'
export { jiraSignature } from './jira/webhooks.ts'
export type { LinearChanges, LinearCreation } from './linear/changes.ts'
export type { LinearLimits } from './linear/limits.ts'
export { defaultLinearLimits } from './linear/limits.ts'
export type { LinearSimulator, LinearSimulatorOptions } from './linear/simulator.ts'
export { defaultLinearApiKey, startLinearSimulator } from './linear/simulator.ts'
export type {
  LinearComment,
  LinearCycle,
  LinearHistoryRow,
  LinearIssueRecord,
  LinearLabel,
  LinearProject,
  LinearState,
  LinearTeam,
  LinearUser,
  LinearWorkspace,
} from './linear/workspace.ts'
export { linearIdentifier } from './linear/workspace.ts'
export { loadReplay, ReplayError } from './replay/load-replay.ts'
export { replayLines } from './replay/replay-lines.ts'
export { SimulatorEditError } from './server/edit-error.ts'
export type { Fault, FaultKind, Faults } from './server/faults.ts'
export { createFaults } from './server/faults.ts'
export type { OauthApp, OauthGrant } from './server/oauth.ts'
export type {
  SmallChange,
  SmallClock,
  SmallPerson,
  SmallStatus,
  SmallTracker,
  SmallTrackerKind,
  SmallTrackerOptions,
} from './small/small-tracker.ts'
export { startSmallTracker } from './small/start-small-tracker.ts'
export type { TrueStretch, TrueTicket } from './small/true-ticket.ts'
export type { Delivery, DeliveryFault, Webhook, WebhookSender } from './webhook-sender.ts'
