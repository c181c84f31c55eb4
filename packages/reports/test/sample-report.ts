import type { Digest, LeadershipReport, Period, ReportTicket, Share, SplitRow, Verdict } from '@headroom/domain'

/** A share around a value, for tests that need a plausible one. */
export function share(value: number, half: number, audited = true): Share {
  const at = (x: number) => Math.min(1, Math.max(0, x))
  return {
    value,
    low: at(value - half),
    high: at(value + half),
    level: 0.9,
    audited,
    bounds: [at(value * 0.8), at(value * 0.8 + 0.2)],
    methodRange: [at(value - 0.02), at(value + 0.015)],
  }
}

/** A row of a split whose parts fit together. */
export function row(
  period: Period,
  strategicShare: Share | null,
  verdict: Verdict,
  group: SplitRow['group'] = null,
  capacityDays = 400,
  coverage = 0.86,
): SplitRow {
  const trackedDays = strategicShare ? capacityDays * coverage : 0
  const unclassified = trackedDays * 0.04
  const strategic = trackedDays * (strategicShare?.value ?? 0)
  const rest = trackedDays - strategic - unclassified
  return {
    period,
    group,
    effortDays: { feature: rest * 0.66, strategic, sustaining: rest * 0.34, unclassified },
    strategicShare,
    target: 0.2,
    verdict,
    coverage: { capacityDays, trackedDays, share: capacityDays > 0 ? trackedDays / capacityDays : null },
    revision: '4711',
  }
}

const quarter: Period = { from: '2026-07-01', to: '2026-09-30', label: '2026-Q3' }
const quarterBefore: Period = { from: '2026-04-01', to: '2026-06-30', label: '2026-Q2' }
const team = (id: string, name: string) => ({ kind: 'team' as const, id, name })

/** Weeks of a year with the noise that real weeks have, two of them without any tracked work. */
export function weeks(count = 52): readonly SplitRow[] {
  return Array.from({ length: count }, (_, index) => {
    const monday = new Date(Date.UTC(2025, 9, 6 + index * 7))
    const sunday = new Date(monday.getTime() + 6 * 86_400_000)
    const day = (date: Date) => date.toISOString().slice(0, 10)
    const value = Math.max(0.02, 0.22 - index * 0.0013 + 0.08 * Math.sin(index * 2.1) + 0.05 * Math.sin(index * 5.3))
    const period = { from: day(monday), to: day(sunday), label: `week ${index + 1}` }
    return row(period, index === 11 || index === 12 ? null : share(value, 0.07), 'cannot-say', null, 30)
  })
}

const ticket = (key: string, title: string, more: Partial<ReportTicket>): ReportTicket => ({
  key,
  title,
  url: `https://acme.atlassian.net/browse/${key}`,
  category: 'feature',
  workType: 'new-capability',
  decidedBy: 'model',
  confidence: 0.81,
  days: 18.4,
  ...more,
})

const topTickets = [
  ticket('PAY-412', 'Invoices in several currencies', { days: 31.2, decidedBy: 'rule', confidence: 0.98 }),
  ticket('CORE-88', 'Split the billing monolith: extract the ledger', {
    category: 'strategic',
    workType: 'architecture',
    days: 24.9,
    decidedBy: 'override',
    confidence: 1,
  }),
  ticket('PAY-377', 'Checkout <script>alert(1)</script> shows a stale price after the currency was changed', {
    category: 'sustaining',
    workType: 'defect',
    days: 12.5,
  }),
  ticket('ENG-9', 'Research', {
    category: 'unclassified',
    workType: null,
    decidedBy: 'none',
    confidence: 0.41,
    days: 8.25,
  }),
]

const connections = [
  { name: 'Jira Cloud', state: 'ok', problem: null },
  {
    name: 'Linear',
    state: 'unauthorized',
    problem: 'Linear refuses the API key since 2026-09-12; make a new one in Linear and enter it under Connections.',
  },
]

/** A report with something of everything. */
export const sampleReport: LeadershipReport = {
  period: quarter,
  generatedAt: '2026-10-02T06:00:00.000Z',
  organisation: 'Acme',
  team: null,
  total: row(quarter, share(0.172, 0.041), 'below', null, 1622),
  previous: row(quarterBefore, share(0.221, 0.04), 'on-target', null, 1590),
  teams: [
    row(quarter, share(0.121, 0.052), 'below', team('t1', 'Payments'), 402, 0.91),
    row(quarter, share(0.241, 0.06), 'on-target', team('t2', 'Core platform'), 388, 0.88),
    row(quarter, share(0.352, 0.07), 'above', team('t3', 'Developer experience'), 190, 0.83),
    row(quarter, share(0.184, 0.118, false), 'cannot-say', team('t4', 'Mobile'), 322, 0.58),
    row(quarter, null, 'cannot-say', team('t5', 'Data science and machine learning operations'), 120),
  ],
  previousTeams: [
    row(quarterBefore, share(0.232, 0.05), 'on-target', team('t1', 'Payments'), 400),
    row(quarterBefore, share(0.231, 0.06), 'on-target', team('t2', 'Core platform'), 380),
    row(quarterBefore, share(0.29, 0.07), 'above', team('t3', 'Developer experience'), 190),
  ],
  trend: weeks(),
  otherBases: [
    { basis: 'points', strategicShare: 0.117 },
    { basis: 'tickets', strategicShare: 0.236 },
  ],
  workTypes: [
    { workType: 'new-capability', category: 'feature', days: 512.5 },
    { workType: 'enhancement', category: 'feature', days: 221.75 },
    { workType: 'defect', category: 'sustaining', days: 190 },
    { workType: 'operations', category: 'sustaining', days: 120.4 },
    { workType: 'architecture', category: 'strategic', days: 102.3 },
    { workType: 'debt', category: 'strategic', days: 61 },
    { workType: 'quality', category: 'strategic', days: 44.2 },
    { workType: 'support', category: 'sustaining', days: 31.1 },
    { workType: 'discovery', category: 'strategic', days: 3.4 },
  ],
  topTickets,
  drift: [
    { team: null, state: 'on-target', since: null, size: null },
    {
      team: { id: 'tracking', name: 'Tracking' },
      state: 'drifting',
      since: '2026-07-13',
      size: { value: -0.064, low: -0.097, high: -0.032 },
    },
  ],
  dataQuality: [
    {
      finding: 'straight-to-done',
      count: 1240,
      what: 'These tickets went from todo to done and got no effort.',
      movesShare: -0.0213,
      basis: 'effort',
    },
    {
      finding: 'forgotten',
      count: 37,
      what: 'No change for more than 23 working days; they no longer collect effort.',
      movesShare: 0.004,
      basis: 'effort',
    },
  ],
  connections,
  method: { modelVersion: '2026-11-20', ruleSetVersion: '3', level: 0.9 },
}

/** A report that can only say that it cannot say. */
export const uncertainReport: LeadershipReport = {
  ...sampleReport,
  total: row(quarter, share(0.184, 0.118, false), 'cannot-say', null, 1622, 0.52),
  previous: null,
}

/** A report of an organisation that has nothing yet. */
export const emptyReport: LeadershipReport = {
  ...sampleReport,
  total: row(quarter, null, 'cannot-say', null, 0),
  previous: null,
  teams: [],
  previousTeams: [],
  trend: [],
  otherBases: [{ basis: 'points', strategicShare: null }],
  workTypes: [],
  topTickets: [],
  drift: [],
  dataQuality: [],
  connections: [],
}

const week: Period = { from: '2026-09-21', to: '2026-09-27', label: '2026-W39' }
const weekBefore: Period = { from: '2026-09-14', to: '2026-09-20', label: '2026-W38' }

/** A weekly email with something of everything. */
export const sampleDigest: Digest = {
  week,
  organisation: 'Acme',
  total: row(week, share(0.172, 0.06), 'cannot-say', null, 125),
  previous: row(weekBefore, share(0.221, 0.06), 'on-target', null, 122),
  teams: [
    row(week, share(0.03, 0.03), 'below', team('t1', 'Payments'), 31, 0.91),
    row(week, share(0.241, 0.09), 'on-target', team('t2', 'Core platform'), 30, 0.88),
    row(week, null, 'cannot-say', team('t5', 'Data science and machine learning operations'), 10),
  ],
  previousTeams: [
    row(weekBefore, share(0.232, 0.05), 'on-target', team('t1', 'Payments'), 31),
    row(weekBefore, share(0.231, 0.06), 'on-target', team('t2', 'Core platform'), 30),
  ],
  trend: weeks(26),
  toReview: topTickets,
  connections,
}
