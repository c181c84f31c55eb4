export type { ActiveSpan, ActiveStretch } from './active-stretches.ts'
export { activeSpans, activeStretches } from './active-stretches.ts'
export { agreedWorkType } from './agreed-label.ts'
export type { Agreement, AuditedTicket, AuditFrame, AuditLabel } from './agreement.ts'
export { agreementOf } from './agreement.ts'
export type { AuditCandidate, DrawnTicket } from './audit.ts'
export { drawAudit } from './audit.ts'
export type { Bridge, BridgeEffort, BridgeSide, RelabelledBy } from './bridge.ts'
export { bridge } from './bridge.ts'
export type { Edit } from './bulk-edits.ts'
export { findBulkEdits } from './bulk-edits.ts'
export type { CountedDay, Membership, Presence } from './capacity.ts'
export { countedDays, longestIdleWorkingDays } from './capacity.ts'
export type { Claim, ClaimWeights } from './claims.ts'
export { ticketClaims, weightScale } from './claims.ts'
export type { DataFinding, DataFindingKind, QualityTotals, TicketForQuality } from './data-quality.ts'
export { dataFindingKinds, findDataProblems } from './data-quality.ts'
export type { ClaimSet, PersonDate } from './diff-claims.ts'
export { diffClaims } from './diff-claims.ts'
export type { Drift, DriftSettings, DriftSilence, DriftState, DriftWeek, PlannedDrift, PlannedSprint } from './drift.ts'
export { detectDrift, detectPlannedDrift, driftStates, pooledOverdispersion } from './drift.ts'
export type { Effort, EffortCell, PersonDay, PersonForEffort, TicketClaim, TicketShare } from './effort.ts'
export { measureEffort, peopleByAccount, shareClaims } from './effort.ts'
export type { EffortSettings, StatusWeight } from './effort-settings.ts'
export { defaultEffortSettings, freshness, statusWeight } from './effort-settings.ts'
export type { FactoryFacts, FeatureTicket, SignDefinition, SignMark } from './factory-signs.ts'
export type { FactorySign } from './feature-factory.ts'
export { featureFactorySigns } from './feature-factory.ts'
export type { AssigneeInterval, StatusInterval } from './history.ts'
export { assigneeIntervals, statusIntervals } from './history.ts'
export { normalCdf, normalQuantile } from './interval.ts'
export type { EpochDay, LocalTime } from './local-time.ts'
export { epochDay, isoWeekday, isTimeZone, localDate, localTime, UnknownTimeZoneError } from './local-time.ts'
export type { Milestones } from './milestones.ts'
export { milestones } from './milestones.ts'
export type { Mover, StrategicEffort } from './movers.ts'
export { movers } from './movers.ts'
export type {
  FinishedInvestment,
  Outcome,
  OutcomeObstacle,
  OutcomeTicket,
  OutcomeVerdict,
  PooledOutcome,
} from './outcome.ts'
export { measureOutcome, outcomeVerdicts, poolOutcomes } from './outcome.ts'
export type { CalendarGrain, ParsedPeriod } from './period.ts'
export { lastCompletePeriod, parsePeriod, periodOf, periodsBetween, previousPeriod } from './period.ts'
export type { Absence, LocalDate, Person, WorkCalendar } from './person.ts'
export type {
  Basis,
  Digest,
  EffortDays,
  Grain,
  Grouping,
  LeadershipReport,
  Period,
  ReportDrift,
  ReportTicket,
  Share,
  SplitRow,
  Verdict,
} from './report.ts'
export { bases, grains, groupings, verdicts } from './report.ts'
export type { RestatableFact, Restatement, RestatementReason, ShareReading } from './restatement.ts'
export { restatement, restatementReasons } from './restatement.ts'
export type { ReviewChoice, ReviewQuestion } from './review-question.ts'
export { reviewQuestion } from './review-question.ts'
export type { DayClaim, DayLength, DayShare } from './share-day.ts'
export { shareDay } from './share-day.ts'
export type { Sighting } from './sighting.ts'
export type { DecidedBy, SplitAudits, SplitDoubt, SplitInput, SplitMeasure, TicketEffort } from './split.ts'
export { deciders, measureSplit } from './split.ts'
export type { MergeReason, MergeSuggestion, NamedPerson } from './suggest-merges.ts'
export { mergeReasons, suggestMerges, vouchesForAddresses } from './suggest-merges.ts'
export type {
  Activity,
  ActivityKind,
  EpochMs,
  Sprint,
  Status,
  StatusCategory,
  TrackerAccount,
  TrackerKind,
  TrackerTicket,
  Transition,
  TransitionField,
  Worklog,
} from './ticket.ts'
export { activityKinds, statusCategories, transitionFields } from './ticket.ts'
export type { PeopleForEffort, TicketForEffort } from './ticket-for-effort.ts'
export type { Category, CategoryProbabilities, WorkType, WorkTypeProbabilities } from './work-type.ts'
export { categories, categoryOf, categoryProbabilities, workTypes } from './work-type.ts'
export type { WorkingTime } from './working-days.ts'
export { capacityUnits, InvalidWorkCalendarError, workingTime } from './working-days.ts'
