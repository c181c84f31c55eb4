export type { AssigneeInterval, StatusInterval } from './history.ts'
export { assigneeIntervals, statusIntervals } from './history.ts'
export type {
  Basis,
  Digest,
  EffortDays,
  Grain,
  Grouping,
  LeadershipReport,
  Period,
  ReportTicket,
  Share,
  SplitRow,
  Verdict,
} from './report.ts'
export { bases, grains, groupings, verdicts } from './report.ts'
export type { Absence, LocalDate, Person, WorkCalendar } from './person.ts'
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
export type { Category, CategoryProbabilities, WorkType, WorkTypeProbabilities } from './work-type.ts'
export { categories, categoryOf, categoryProbabilities, workTypes } from './work-type.ts'
