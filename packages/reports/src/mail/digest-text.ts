import type { Digest } from '@headroom/domain'
import { printable } from '../markup.ts'
import {
  changeOf,
  formatDates,
  formatDays,
  formatPercent,
  formatPoints,
  formatShare,
  formatTarget,
} from '../numbers.ts'
import {
  categoryWords,
  changeSentence,
  decidedByWord,
  headline,
  trackedSentence,
  verdictWords,
  whatIsNeeded,
  workTypeWord,
} from '../words.ts'
import type { DigestLinks } from './digest-links.ts'

/** The weekly email as plain text: the same statements as the HTML part, in the same order. */
export function digestText(digest: Digest, { reportUrl, unsubscribeUrl }: DigestLinks): string {
  const { total, previous, week } = digest
  const change = changeSentence(total, previous)
  const needed = whatIsNeeded(total)
  const before = new Map((digest.previousTeams ?? []).map((row) => [row.group?.id, row]))
  const paragraphs = [
    [`${printable(digest.organisation)}, ${week.label} (${formatDates(week)})`],
    [headline(total), ...(change ? [change] : [])],
    [trackedSentence(total)],
    needed.length > 0 ? ['What would make it possible to say:', ...needed.map((step) => `- ${step}`)] : [],
    digest.teams.length > 0
      ? [
          'TEAMS',
          ...digest.teams.map((row) => {
            const moved = changeOf(row, before.get(row.group?.id))
            const points = moved
              ? `, ${formatPoints(moved.points)} points since ${moved.since}${moved.clear ? '' : ' (within doubt)'}`
              : ''
            const coverage =
              row.coverage.share === null ? 'no capacity' : `coverage ${formatPercent(row.coverage.share)}`
            return `- ${printable(row.group?.name ?? 'No team')}: ${formatShare(row.strategicShare)}, target ${formatTarget(row.target)}: ${verdictWords[row.verdict].word}${points}; ${coverage}`
          }),
        ]
      : [],
    digest.toReview.length > 0
      ? [
          'WORTH A LOOK (a wrong label here moves the split most)',
          ...digest.toReview.map(
            (ticket) =>
              `- ${printable(ticket.key)} ${printable(ticket.title)}: ${categoryWords[ticket.category]}${ticket.workType ? `, ${workTypeWord(ticket.workType)}` : ''}, by ${decidedByWord(ticket.decidedBy)}, ${formatPercent(ticket.confidence)} sure, ${formatDays(ticket.days)} days\n  ${printable(ticket.url)}`,
          ),
        ]
      : [],
    digest.connections
      .filter(({ problem }) => problem)
      .map(({ name, problem }) => `! ${printable(name)}: ${printable(problem ?? '')}`),
    [`The report: ${reportUrl}`],
    [`You get this email every week because somebody subscribed this address. Unsubscribe: ${unsubscribeUrl}`],
  ]
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
