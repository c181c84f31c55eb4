import type { Basis, Category, LeadershipReport, SplitRow, Verdict } from '@headroom/domain'
import {
  changeOf,
  formatDates,
  formatDays,
  formatPercent,
  formatPoints,
  formatRange,
  formatTarget,
  untrackedDays,
} from './numbers.ts'

/** A verdict in two words, and a sign that tells it apart without colour. */
export const verdictWords = {
  below: { word: 'below target', sign: '▼' },
  'on-target': { word: 'on target', sign: '●' },
  above: { word: 'above target', sign: '▲' },
  'cannot-say': { word: 'cannot say', sign: '?' },
} as const satisfies Record<Verdict, { word: string; sign: string }>

/** What a category is called where people read it. */
export const categoryWords = {
  feature: 'Feature',
  strategic: 'Strategic',
  sustaining: 'Sustaining',
  unclassified: 'Unclassified',
} as const satisfies Record<Category | 'unclassified', string>

/** What a basis is called where people read it. */
export const basisWords = {
  effort: 'By effort',
  points: 'By story points',
  tickets: 'By tickets done',
} as const satisfies Record<Basis, string>

const decidedByWords: Readonly<Record<string, string>> = {
  override: 'a person',
  rule: 'a rule',
  inherited: 'its parent',
  model: 'the model',
  llm: 'the language model',
  none: 'nobody yet',
}

/** Who decided on a ticket's classification, for "decided by ...". */
export function decidedByWord(decidedBy: string): string {
  return (Object.hasOwn(decidedByWords, decidedBy) && decidedByWords[decidedBy]) || decidedBy
}

const findingWords: Readonly<Record<string, string>> = {
  'no-in-progress-status': 'No status for work in progress',
  'straight-to-done': 'Straight to done',
  unassigned: 'Assigned to nobody',
  forgotten: 'Forgotten in progress',
  'bulk-moved': 'Moved in bulk',
  'relabelled-late': 'Relabelled late',
  'thin-text': 'Hardly any text',
  deleted: 'Deleted after work on them',
  'history-incomplete': 'History incomplete',
  'no-estimate': 'Without an estimate',
  unreadable: 'Could not be read',
}

/** What a finding on the data is called where people read it. */
export function findingWord(finding: string): string {
  return (Object.hasOwn(findingWords, finding) && findingWords[finding]) || finding
}

/** How far a finding could move a share: `could move the strategic share by +1.2 points`. */
export function couldMove(movesShare: number | null, basis: 'effort' | 'points'): string {
  if (movesShare === null) return 'How far it moves the strategic share cannot be said.'
  const share = basis === 'effort' ? 'the strategic share' : 'the share by story points'
  const points = Math.round(movesShare * 1000) / 10
  return points === 0 ? `Hardly moves ${share}.` : `Could move ${share} by ${formatPoints(points)} points.`
}

/** `new-capability` as `new capability`. */
export function workTypeWord(workType: string): string {
  return workType.replaceAll('-', ' ')
}

/** A row as one sentence with its number, interval, target and verdict. `whose` is empty for all teams. */
export function headline(row: SplitRow, whose = ''): string {
  const share = row.strategicShare
  const period = row.period.label
  const target = formatTarget(row.target)
  const effort = whose ? `the tracked effort of ${whose}` : 'tracked engineering effort'
  if (!share) {
    return `Nothing was tracked${whose ? ` for ${whose}` : ''} in ${period}, so the strategic share cannot be said.`
  }
  const level = formatPercent(share.level)
  if (row.verdict === 'cannot-say') {
    return `About ${formatPercent(share.value)} of ${effort} went into strategic work in ${period}, but the ${level} interval of ${formatRange(share.low, share.high)} is too wide to say whether the target of ${target} was met.`
  }
  const against = {
    below: `below the target of ${target}`,
    'on-target': `in line with the target of ${target}`,
    above: `above the target of ${target}`,
  }[row.verdict]
  return `${formatPercent(share.value)} of ${effort} went into strategic work in ${period} (${level} interval ${formatRange(share.low, share.high)}), ${against}.`
}

/** The change to the period before as one sentence; null when there is nothing to compare. */
export function changeSentence(row: SplitRow, previous: SplitRow | null): string | null {
  const change = changeOf(row, previous)
  if (!change || !previous?.strategicShare) return null
  const before = `${change.since} (${formatPercent(previous.strategicShare.value)})`
  if (change.points === 0) return `That is the same as in ${before}.`
  const points = `${Math.abs(change.points)} ${Math.abs(change.points) === 1 ? 'point' : 'points'}`
  const direction = change.points > 0 ? 'more' : 'less'
  const doubt = change.clear ? '' : ', a change within the doubt of both numbers'
  return `That is ${points} ${direction} than in ${before}${doubt}.`
}

/** Untracked and unclassified time as one sentence; both are always said, also when they are nothing. */
export function trackedSentence(row: SplitRow): string {
  const { capacityDays, trackedDays, share } = row.coverage
  const unclassified = `${formatDays(row.effortDays.unclassified)} of them on tickets that are not classified`
  const coverage = share === null ? '' : ` (${formatPercent(share)})`
  return `${formatDays(trackedDays)} of ${formatDays(capacityDays)} person-days of capacity were on tickets${coverage}, ${unclassified}; ${formatDays(untrackedDays(row))} were untracked.`
}

/** What the detector says of each team that is not on target, the whole first; one sentence when there is none. */
export function driftSentences({ drift }: Pick<LeadershipReport, 'drift'>): readonly string[] {
  if (drift.length === 0) return []
  const away = drift.filter(({ state }) => state !== 'on-target')
  if (away.length === 0) return ['No lasting change away from the target was found.']
  return away.map(({ team, state, since, size }) => {
    const whose = team?.name ?? 'The whole'
    const from = since === null ? '' : ` since the week of ${formatDates({ from: since, to: since, label: '' })}`
    const by = size === null ? '' : `, by ${formatSize(size)}`
    return state === 'drifting'
      ? `${whose} has drifted below its target${from}${by}.`
      : `${whose} may be drifting below its target${from}${by}: worth a look, no alarm.`
  })
}

function formatSize({
  value,
  low,
  high,
}: {
  readonly value: number
  readonly low: number
  readonly high: number
}): string {
  const points = (share: number) => String(Math.abs(Math.round(share * 100)))
  return `${points(value)} points (${points(Math.min(0, high))} to ${points(low)})`
}

// Below these the sentence names the cause; they only choose words, no verdict rests on them.
const coverageLow = 0.8
const unclassifiedHigh = 0.05

/**
 * What would have to be done before a `cannot-say` can be said; empty for other verdicts. The size of an audit sample
 * comes from the walk against a known truth (`pnpm bench truth`): 20 tickets give a team's quarter about ±9 points, 40 about ±7.
 */
export function whatIsNeeded(row: SplitRow): readonly string[] {
  if (row.verdict !== 'cannot-say') return []
  const { capacityDays, trackedDays, share: coverage } = row.coverage
  const untracked = untrackedDays(row)
  if (!row.strategicShare) {
    return capacityDays > 0
      ? [
          `None of the ${formatDays(capacityDays)} person-days of capacity are on an active, assigned ticket. Check the connections, and that tickets are assigned and moved to an active status while they are worked on.`,
        ]
      : ['Nobody had capacity in this period. Check the members of the teams and their calendars.']
  }
  const needed = [
    row.strategicShare.audited
      ? 'Judge more tickets of the audit sample: each narrows the interval.'
      : 'Judge an audit sample. 20 tickets drawn at random bring the interval of one team and quarter to about ±9 points, 40 to about ±7.',
  ]
  if (coverage !== null && coverage < coverageLow) {
    needed.push(
      `Bring more work onto tickets: ${formatDays(untracked)} of ${formatDays(capacityDays)} person-days are untracked.`,
    )
  }
  if (trackedDays > 0 && row.effortDays.unclassified / trackedDays > unclassifiedHigh) {
    needed.push(
      `Classify the ${formatDays(row.effortDays.unclassified)} person-days that are unclassified, by a rule or by hand.`,
    )
  }
  return needed
}
