import type { Digest } from '@headroom/domain'
import { printable } from '../markup.ts'
import { formatPercent, formatRange, formatTarget } from '../numbers.ts'
import { trendPng } from './chart-png.ts'
import type { DigestLinks } from './digest-links.ts'
import { digestMjml } from './digest-mjml.ts'
import { digestText } from './digest-text.ts'

/** A rendered mail. The HTML part shows the chart as `cid:` + {@link chartCid}. */
export interface DigestMail {
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly chartPng: Uint8Array
}

/** Renders the weekly email: subject with the number, HTML and text part, chart as an image. */
export async function digestMail(digest: Digest, links: DigestLinks): Promise<DigestMail> {
  // Takes most of a second and some 60 MB to load: only who writes mail pays for it.
  const { default: mjml } = await import('mjml')
  const { html } = await mjml(digestMjml(digest, links), { validationLevel: 'strict' })
  return { subject: subjectOf(digest), html, text: digestText(digest, links), chartPng: trendPng(digest.trend) }
}

/** The number comes first: it is all that a phone shows of a subject. */
function subjectOf({ total, week, organisation }: Digest): string {
  const share = total.strategicShare
  const of = `${week.label}, ${printable(organisation)}`
  if (!share) return `Nothing tracked in ${of}`
  const number = `${formatPercent(share.value)} strategic (${formatRange(share.low, share.high)})`
  const against = {
    below: `below the target of ${formatTarget(total.target)}`,
    'on-target': `on the target of ${formatTarget(total.target)}`,
    above: `above the target of ${formatTarget(total.target)}`,
    'cannot-say': 'cannot say against the target',
  }[total.verdict]
  return `${number}, ${against}: ${of}`
}
