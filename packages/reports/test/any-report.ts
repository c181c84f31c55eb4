import { categories, type Digest, type LeadershipReport, type Period, type SplitRow, verdicts } from '@headroom/domain'
import fc from 'fast-check'

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&amp;&lt;]]>',
  '\u001b[31mred\u0007',
  '\u202eevil\u0000',
  '=cmd|"/c calc"!A0',
  '</title></svg></style>',
  '\ud800',
  '名前'.repeat(60),
  'x'.repeat(500),
  '',
]

/** Names and titles as people and attackers write them. */
export const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/nan|undefined|infinity|null|object/i.test(text)),
)

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const days = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }))
const address = fc.oneof(
  fc.webUrl(),
  fc.constantFrom('javascript:alert(1)', 'data:text/html,x', '', '//evil.example', '/\\evil.example', 'not an address'),
)

const anyShare = fc
  .record({
    points: fc.tuple(fraction, fraction, fraction),
    level: fc.constantFrom(0.8, 0.9),
    audited: fc.boolean(),
    bounds: fc.tuple(fraction, fraction),
    methodRange: fc.tuple(fraction, fraction),
  })
  .map(({ points, bounds, methodRange, ...rest }) => {
    const [low = 0, value = 0, high = 0] = [...points].sort((a, b) => a - b)
    const ordered = ([a, b]: [number, number]): [number, number] => (a <= b ? [a, b] : [b, a])
    return { value, low, high, ...rest, bounds: ordered(bounds), methodRange: ordered(methodRange) }
  })

const anyPeriod = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((date): Period => {
    const day = date.toISOString().slice(0, 10)
    return { from: day, to: day, label: day }
  })

/** Any row that the model allows, the parts not always fitting together. */
export const anyRow: fc.Arbitrary<SplitRow> = fc.record({
  period: anyPeriod,
  group: fc.option(fc.record({ kind: fc.constant('team' as const), id: fc.uuid(), name: anyText })),
  effortDays: fc.record({ feature: days, strategic: days, sustaining: days, unclassified: days }),
  strategicShare: fc.option(anyShare),
  target: fraction,
  verdict: fc.constantFrom(...verdicts),
  coverage: fc.record({ capacityDays: days, trackedDays: days, share: fc.option(fraction) }),
  revision: fc.constant('1'),
})

const anyTicket = fc.record({
  key: anyText,
  title: anyText,
  url: address,
  category: fc.constantFrom(...categories, 'unclassified' as const),
  workType: fc.option(anyText),
  decidedBy: fc.oneof(fc.constantFrom('override', 'rule', 'inherited', 'model', 'llm', 'none'), anyText),
  confidence: fraction,
  days,
})

const anyConnections = fc.array(fc.record({ name: anyText, state: anyText, problem: fc.option(anyText) }), {
  maxLength: 3,
})

/** Any report that the model allows. */
export const anyReport: fc.Arbitrary<LeadershipReport> = fc.record({
  period: anyPeriod,
  generatedAt: fc.constant('2026-10-02T06:00:00.000Z'),
  organisation: anyText,
  team: fc.option(fc.record({ id: fc.uuid(), name: anyText })),
  total: anyRow,
  previous: fc.option(anyRow),
  teams: fc.array(anyRow, { maxLength: 6 }),
  previousTeams: fc.array(anyRow, { maxLength: 3 }),
  trend: fc.array(anyRow, { maxLength: 60 }),
  otherBases: fc.array(
    fc.record({ basis: fc.constantFrom('points' as const, 'tickets' as const), strategicShare: fc.option(fraction) }),
    { maxLength: 2 },
  ),
  workTypes: fc.array(fc.record({ workType: anyText, category: fc.constantFrom(...categories), days }), {
    maxLength: 5,
  }),
  topTickets: fc.array(anyTicket, { maxLength: 4 }),
  drift: fc.array(
    fc.record({
      team: fc.option(fc.record({ id: anyText, name: anyText })),
      state: fc.constantFrom('on-target' as const, 'watch' as const, 'drifting' as const),
      since: fc.option(fc.constant('2026-07-13')),
      size: fc.option(fc.record({ value: fc.constant(-0.06), low: fc.constant(-0.1), high: fc.constant(0.01) })),
    }),
    { maxLength: 4 },
  ),
  dataQuality: fc.array(
    fc.record({
      finding: anyText,
      count: fc.nat(),
      what: anyText,
      movesShare: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
      basis: fc.constantFrom('effort' as const, 'points' as const),
    }),
    { maxLength: 3 },
  ),
  connections: anyConnections,
  method: fc.record({ modelVersion: anyText, ruleSetVersion: anyText, level: fraction }),
})

/** Any digest that the model allows. */
export const anyDigest: fc.Arbitrary<Digest> = fc.record({
  week: anyPeriod,
  organisation: anyText,
  total: anyRow,
  previous: fc.option(anyRow),
  teams: fc.array(anyRow, { maxLength: 4 }),
  previousTeams: fc.array(anyRow, { maxLength: 2 }),
  trend: fc.array(anyRow, { maxLength: 30 }),
  toReview: fc.array(anyTicket, { maxLength: 4 }),
  connections: anyConnections,
})
