export { unknownAccounts, writeAccounts } from './accounts.ts'
export type { ApiKey, ApiScope } from './api-keys.ts'
export {
  apiScopes,
  createApiKey,
  findApiKey,
  findApiKeyById,
  listApiKeys,
  putAdminKey,
  revokeApiKey,
} from './api-keys.ts'
export { AsOfBusyError, withStoreAsOf } from './as-of.ts'
export type { AuditEntry } from './audit.ts'
export { writeAudit } from './audit.ts'
export type { Audit, AuditItemView, AuditPlace, NewAuditLabel, UnlabelledView } from './audits.ts'
export {
  findAudit,
  insertAudit,
  listAuditItems,
  listAudits,
  markAuditApplied,
  readAuditedTickets,
  readTicketsOfAudit,
  readUnlabelledViews,
  writeAuditLabels,
} from './audits.ts'
export type { BridgeFact, BridgeFactsQuery } from './bridge-facts.ts'
export { readBridgeCapacities, readBridgeFacts } from './bridge-facts.ts'
export type { ConnectionEdit } from './bulk-edits.ts'
export { readBulkEdits, readCrowdedEdits, readTicketsNearEdits, replaceBulkEdits } from './bulk-edits.ts'
export { putCalendar } from './calendars.ts'
export type { ClassificationRow, DecisionBefore } from './classifications.ts'
export { readDecisions, writeClassifications } from './classifications.ts'
export { connectionHealth, listConnectionHealth } from './connection-health.ts'
export type { ConnectionTest, ConnectionTestResult } from './connection-tests.ts'
export {
  deleteConnectionTest,
  findConnectionTest,
  insertConnectionTest,
  readConnectionTestResult,
  writeConnectionTestResult,
} from './connection-tests.ts'
export type { Connection, ConnectionState, NewConnection, WebhookSecretRow } from './connections.ts'
export {
  connectionStates,
  findConnection,
  findWebhookSecrets,
  insertConnection,
  listConnections,
  noteAdvance,
  outdateReferences,
  putWebhookSecrets,
  readCursor,
  readReferencesAge,
  readTrackerReferences,
  updateConnection,
  writeCursor,
  writeTrackerReferences,
} from './connections.ts'
export { changeCredentialPace } from './credential-paces.ts'
export type { DigestDelivery, DigestSubscriptionRow, DigestSubscriptionState } from './digest-subscriptions.ts'
export {
  deleteDigestSubscription,
  digestSubscriptionStates,
  insertDigestSubscription,
  listDigestDeliveries,
  listDigestSubscriptions,
  pauseDigestSubscription,
} from './digest-subscriptions.ts'
export type { DigestDeliveryState, DigestSubscription } from './digests.ts'
export {
  bounceDigestSubscription,
  claimDigest,
  digestDeliveryStates,
  finishDigest,
  giveUpAbandonedDigests,
  listActiveDigestSubscriptions,
  readDigestStates,
} from './digests.ts'
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
export type { FactoryWindow } from './factory-facts.ts'
export { readFactoryFacts } from './factory-facts.ts'
export type { FieldUsageRow } from './field-usages.ts'
export { readFieldUsages } from './field-usages.ts'
export {
  lockConnectionTest,
  lockCredentials,
  readConnectionTestRequest,
  replaceConnectionTest,
} from './grants.ts'
export type { DeletedReason, DirtyTicket, FailedTicket, HintReason } from './hints.ts'
export {
  claimDirty,
  connectionsWithDirty,
  deferDirty,
  markDeleted,
  markDirty,
  markFailed,
  readFailedTickets,
  settleDirty,
  writeFailedTickets,
} from './hints.ts'
export type { IdempotencyClaim, StoredAnswer } from './idempotency.ts'
export { claimIdempotencyKey, keepAnswer, releaseIdempotencyKey } from './idempotency.ts'
export { personId, suggestedTeamId, ticketId } from './ids.ts'
export type { InboxDelivery } from './inbox.ts'
export {
  connectionsWithDeliveries,
  forgetOldDeliveries,
  insertDelivery,
  settleDeliveries,
  takeDeliveries,
} from './inbox.ts'
export type { KeptDecisionRow, TouchedReport } from './kept-decisions.ts'
export { readKeptDecisions, readTouchedReports } from './kept-decisions.ts'
export type { Lease } from './leases.ts'
export { keepLease, releaseLease, takeLease } from './leases.ts'
export type { Lineage, TicketToClassify } from './lineage.ts'
export { readChildIds, readLineages } from './lineage.ts'
export type {
  LlmAnswer,
  LlmAsker,
  LlmComparisonRow,
  LlmOpinionRow,
  LlmQuestion,
  LlmReport,
} from './llm-answers.ts'
export {
  forgetOtherAskers,
  readLlmComparisons,
  readLlmOpinions,
  readLlmReport,
  settleLlmTokens,
  takeLlmQuestions,
  takeLlmTokens,
  writeLlmAnswer,
  writeLlmStanding,
} from './llm-answers.ts'
export { migrateStore } from './migrate.ts'
export type { HeldMissing, MissingInHome } from './missing-tickets.ts'
export {
  addToCensus,
  approveMissing,
  beginCensus,
  countCensus,
  forgetMissing,
  holdMissing,
  missingToLookUp,
  readConfirmedMissing,
  readHeldMissing,
  suspectMissing,
  writeLook,
} from './missing-tickets.ts'
export type { CorrectionRow, LayerState, LayerVersion, NewLayer } from './model-layers.ts'
export {
  endLiveLayer,
  findLiveLayer,
  hasNewCorrections,
  insertLayer,
  isAdaptationPaused,
  layerStates,
  listLayers,
  readCorrections,
  readLayerBytes,
  readTicketSample,
  resumeAdaptation,
} from './model-layers.ts'
export type { AccountMove, MoveAccountsResult } from './move-accounts.ts'
export { readOverriddenIds, setOverride, undoOverride } from './overrides.ts'
export type { NamedAbsence, PersonAccount, PersonView } from './people.ts'
export { addAbsences, findPerson, listPeople, readNamedPeople, readPersonNames } from './people.ts'
export type { MembershipRow, MonthOfEffort, PersonDayRow } from './person-days.ts'
export {
  deletePersonDays,
  readMemberships,
  readMonthsOfEffort,
  readPersonDays,
  suggestTeams,
  writePersonDays,
} from './person-days.ts'
export type { PublishedReport, PublishedReportRow } from './published-reports.ts'
export { findPublishedReport, insertPublishedReport, listPublishedReports } from './published-reports.ts'
export type { QualityFact } from './quality-facts.ts'
export { countFailedTickets, readQualityFacts } from './quality-facts.ts'
export type { Gone, KeptPayload } from './raw-payloads.ts'
export { countKeptPayloads, lockTickets, readEarlierPayloads, readKeptPayloads } from './raw-payloads.ts'
export type { AccountKey } from './remeasure.ts'
export { removeConnection } from './remove-connection.ts'
export type { TicketToReview } from './review-queue.ts'
export { readTicketsToReview, readUnjudgedIds } from './review-queue.ts'
export type { KeptTicket } from './rewrite-tickets.ts'
export { rewriteTickets } from './rewrite-tickets.ts'
export type { DecidedWith, Rollout, RolloutTarget } from './rollouts.ts'
export { beginRollout, moveRollout, readDecidedWith, readRollout, takeRollout } from './rollouts.ts'
export type { DraftChanged, PublishResult, RuleDraft, RuleSetVersion } from './rule-sets.ts'
export {
  findRuleSets,
  listRuleSetVersions,
  publishRules,
  readPublishedRules,
  readRuleDraft,
  writeRuleDraft,
} from './rule-sets.ts'
export { runSpeed } from './run-speed.ts'
export type { Run, RunCounts, RunMode, RunProblem, RunStatus } from './runs.ts'
export {
  addToRun,
  beginRun,
  findRun,
  finishRun,
  forgetOldRuns,
  listOpenRuns,
  listRuns,
  listUnattendedRuns,
  requestRun,
} from './runs.ts'
export type { SightingsToMark } from './sightings.ts'
export {
  markDiffering,
  markKnownTickets,
  markTicketsNaming,
  markTicketsOfSprints,
  markTicketsOfWorklogs,
} from './sightings.ts'
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
  readOrganisation,
  readReportTickets,
  readSprintPeriods,
  readTeamRows,
  readTicketFacts,
  updateOrganisation,
} from './split-facts.ts'
export { writeSprints } from './sprints.ts'
export type { Stage, WorkItem } from './stage-work.ts'
export { addAllWork, addMeasureWorkOfDays, addWork, settleWork, stageBacklog, takeWork } from './stage-work.ts'
export type { Db, OpenStoreOptions, Store } from './store.ts'
export { inTransaction, openStore } from './store.ts'
export type { PutTeamResult, Team, TeamMember, TeamSource } from './teams.ts'
export { findTeam, listTeams, putTeam } from './teams.ts'
export type { CurrentOverride, TicketHistory } from './ticket-details.ts'
export { readClassification, readTicketEffortDays, readTicketHistory } from './ticket-details.ts'
export type { DecisionView, TicketFilter, TicketPlace, TicketView } from './ticket-rows.ts'
export { findTicket, listTickets } from './ticket-rows.ts'
export type { PersonChanges } from './update-person.ts'
export { updatePerson } from './update-person.ts'
export type { WebhookRegistration } from './webhook-registrations.ts'
export { findWebhookRegistration, putWebhookRegistration, webhooksExpiringBefore } from './webhook-registrations.ts'
export type { WeeklyModel } from './weekly-models.ts'
export { readWeeklyModels } from './weekly-models.ts'
export type { ReadTicket, WriteTicketsArgs, WriteTicketsResult } from './write-tickets.ts'
export { writeTickets } from './write-tickets.ts'
