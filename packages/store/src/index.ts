export { unknownAccounts, writeAccounts } from './accounts.ts'
export type { ClassificationRow, DecisionBefore } from './classifications.ts'
export {
  addOutdatedClassifications,
  readDecisions,
  readPublishedRules,
  writeClassifications,
} from './classifications.ts'
export type { Connection, ConnectionState, NewConnection, WebhookSecretRow } from './connections.ts'
export {
  connectionStates,
  deleteConnection,
  findConnection,
  findWebhookSecrets,
  insertConnection,
  listConnections,
  putWebhookSecrets,
  readCursor,
  readTrackerReferences,
  updateConnection,
  writeCursor,
  writeTrackerReferences,
} from './connections.ts'
export type { ClaimRow, EffortRow, PersonDayKey, SpanRow } from './effort.ts'
export {
  deleteClaims,
  lockEffort,
  readClaimedDays,
  readEffortOfDays,
  readEffortOfTickets,
  readMeasuredTo,
  readOpenTicketIds,
  readSpansOfPeople,
  readSpansOfTickets,
  replaceSpans,
  writeClaims,
  writeMeasuredTo,
  writeUnits,
} from './effort.ts'
export type { AccountFacts, CalendarFacts, TicketEffortFacts } from './effort-facts.ts'
export { readAbsences, readAccountFacts, readCalendars, readTicketEffortFacts } from './effort-facts.ts'
export type { DirtyTicket, FailedTicket, HintReason } from './hints.ts'
export {
  claimDirty,
  connectionsWithDirty,
  deferDirty,
  idsNotStored,
  markDeleted,
  markDirty,
  settleDirty,
  writeFailedTickets,
} from './hints.ts'
export { personId, suggestedTeamId, ticketId } from './ids.ts'
export type { InboxDelivery } from './inbox.ts'
export { connectionsWithDeliveries, insertDelivery, settleDeliveries, takeDeliveries } from './inbox.ts'
export type { Lineage, TicketToClassify } from './lineage.ts'
export { readChildIds, readLineages } from './lineage.ts'
export { migrateStore } from './migrate.ts'
export { setOverride, undoOverride } from './overrides.ts'
export type { MembershipRow, MonthOfEffort, PersonDayRow } from './person-days.ts'
export {
  deletePersonDays,
  readMemberships,
  readMonthsOfEffort,
  readPersonDays,
  suggestTeams,
  writePersonDays,
} from './person-days.ts'
export type { Run, RunCounts, RunMode, RunProblem, RunStatus } from './runs.ts'
export { addToRun, beginRun, findRun, finishRun, listOpenRuns, listRuns, requestRun } from './runs.ts'
export type {
  CapacityFact,
  FactPeriod,
  OrganisationRow,
  ReportTicketRow,
  SplitFactsQuery,
  TeamRow,
  TicketFact,
} from './split-facts.ts'
export {
  readCapacityFacts,
  readDataQuality,
  readOrganisation,
  readReportTickets,
  readSprintPeriods,
  readTeamRows,
  readTicketFacts,
  updateOrganisation,
} from './split-facts.ts'
export { writeSprints } from './sprints.ts'
export type { Stage, WorkItem } from './stage-work.ts'
export { addWork, settleWork, stageBacklog, takeWork } from './stage-work.ts'
export type { Db, OpenStoreOptions, Store } from './store.ts'
export { inTransaction, openStore } from './store.ts'
export type { ReadTicket, WriteTicketsArgs, WriteTicketsResult } from './write-tickets.ts'
export { writeTickets } from './write-tickets.ts'
