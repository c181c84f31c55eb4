import type { LeadershipReport } from '@headroom/domain'
import { type BarShare, shareBar } from '../chart/share-bar.ts'
import { shareScaleEnd } from '../chart/share-scale.ts'
import { html, type Markup, raw } from '../markup.ts'
import { formatPercent, formatRange, formatTarget } from '../numbers.ts'
import { basisWords } from '../words.ts'
import { section } from './page-parts.ts'

interface Doubt {
  readonly name: string
  readonly about: string
  readonly text: string
  readonly share: BarShare | null
}

/** Every way in which the number could be another one, on one axis with the target. */
export function doubtSection(report: LeadershipReport): Markup {
  const doubts = doubtsOf(report)
  const { total } = report
  const end = shareScaleEnd(
    [total],
    doubts.map((doubt) => doubt.share?.high ?? 0),
  )
  const lines = doubts.map(
    (doubt) =>
      html`<li><div><h3>${doubt.name}: <span class="n">${doubt.text}</span></h3><p>${doubt.about}</p></div>${
        doubt.share && raw(shareBar(doubt.share, { target: total.target, end }))
      }</li>`,
  )
  return section(
    'How sure is this?',
    `Each line is one way in which the number could be another. The upright line is the target of ${formatTarget(total.target)}; the axis runs from 0 to ${formatPercent(end)}.`,
    html`<ul class="doubts">${lines}</ul>`,
  )
}

function doubtsOf({ total, otherBases }: LeadershipReport): readonly Doubt[] {
  const share = total.strategicShare
  const others = otherBases.map(
    ({ basis, strategicShare: value }): Doubt => ({
      name: basisWords[basis],
      about: 'Another basis of the same period. A large gap to effort is itself news.',
      text: value === null ? 'cannot be computed' : formatPercent(value),
      share: value === null ? null : { value, low: value, high: value },
    }),
  )
  if (!share) return others
  const within = (low: number, high: number) => ({ value: share.value, low, high })
  const [boundLow, boundHigh] = share.bounds
  const [methodLow, methodHigh] = share.methodRange
  return [
    {
      name: 'Labels',
      about: share.audited
        ? `The ${formatPercent(share.level)} interval, corrected by a random sample that people judged.`
        : `The ${formatPercent(share.level)} interval from the probabilities of the classification. No audit sample has checked them yet.`,
      text: formatRange(share.low, share.high),
      share: within(share.low, share.high),
    },
    {
      name: 'Effort rule',
      about: 'Lowest and highest value if days were shared among tickets by another reasonable rule.',
      text: formatRange(methodLow, methodHigh),
      share: within(methodLow, methodHigh),
    },
    {
      name: 'Untracked and unclassified',
      about: 'As a share of all capacity: if none of that time was strategic, and if all of it was.',
      text: formatRange(boundLow, boundHigh),
      share: { value: null, low: boundLow, high: boundHigh },
    },
    ...others,
  ]
}
