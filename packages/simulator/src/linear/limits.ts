/** What Linear refuses or holds back. Defaults are the documented values of 2026 for an API key. */
export interface LinearLimits {
  readonly requestsPerHour: number
  readonly pointsPerHour: number
  /** Points that one query may cost. */
  readonly complexityMax: number
  /** Edits within this time after the creation leave no history row; the real one waits three minutes. Default 0. */
  readonly creationGraceMs: number
  /** Edits by one person within this time after the last row change that row; default 0: every edit has its row. */
  readonly historyGroupingMs: number
}

export const defaultLinearLimits: LinearLimits = {
  requestsPerHour: 2500,
  pointsPerHour: 3_000_000,
  complexityMax: 10_000,
  creationGraceMs: 0,
  historyGroupingMs: 0,
}
