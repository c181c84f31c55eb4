import type { Digest, SplitRow } from '@headroom/domain'
import { paperPalette } from '../chart/palette.ts'
import { html, link, type Markup, raw } from '../markup.ts'
import {
  changeOf,
  formatDates,
  formatDays,
  formatPercent,
  formatPoints,
  formatRange,
  formatTarget,
} from '../numbers.ts'
import { sentence } from '../page/page-parts.ts'
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

/** Content-ID of the chart inside the mail. */
export const chartCid = 'trend@headroom'

const { muted, rule } = paperPalette
const quiet = raw(`class="quiet" style="color:${muted}"`)
const cell = `padding:9px 12px 9px 0;border-bottom:1px solid ${rule};vertical-align:top;font-size:14px;line-height:20px`

// In the dark a class alone leaves the white ground of the inner table under light text, so the table is named as well.
const style = `
.n { white-space: nowrap; }
@media (prefers-color-scheme: dark) {
  body, .ground, .ground > div, .ground > table { background: #0d1015 !important; }
  .card, .card > table, .card table { background: #14181f !important; }
  .card div, .card td, .card th, .card a, .card strong { color: #eceff4 !important; }
  .card .quiet, .foot div, .foot a { color: #a0aaba !important; }
  .card td, .card th { border-color: #2a313c !important; }
  .card .chart img { background: #ffffff !important; border-radius: 8px !important; padding: 8px !important; box-sizing: border-box !important; }
  .card .button a { color: #ffffff !important; }
}`

/** The weekly email as MJML. */
export function digestMjml(digest: Digest, { reportUrl, unsubscribeUrl }: DigestLinks): string {
  const { total, previous, week } = digest
  const change = changeSentence(total, previous)
  const needed = whatIsNeeded(total)
  const problems = digest.connections.filter(({ problem }) => problem)
  return html`<mjml lang="en"><mj-head><mj-title>${digest.organisation} ${week.label}</mj-title><mj-preview>${trackedSentence(total)}</mj-preview><mj-attributes><mj-all font-family="Inter, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" /><mj-text color="#15181e" font-size="15px" line-height="23px" padding="6px 24px" /><mj-section padding="0" /></mj-attributes><mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></mj-raw><mj-style>${raw(style)}</mj-style></mj-head><mj-body width="600px" background-color="#f6f7f9" css-class="ground"><mj-section padding="14px 0 0"><mj-column></mj-column></mj-section><mj-wrapper css-class="card" background-color="#ffffff" border-radius="12px" padding="20px 0"><mj-section><mj-column><mj-text><span ${quiet}>${digest.organisation}, ${week.label}, ${formatDates(week)}</span></mj-text><mj-text font-size="22px" line-height="30px" font-weight="600"><strong>${sentence(headline(total))}</strong></mj-text>${
    change && html`<mj-text>${sentence(change)}</mj-text>`
  }<mj-text><span ${quiet}>${sentence(trackedSentence(total))}</span></mj-text>${
    needed.length > 0 &&
    html`<mj-text><strong>What would make it possible to say</strong>${needed.map((step) => html`<br>– ${sentence(step)}`)}</mj-text>`
  }<mj-image css-class="chart" src="cid:${chartCid}" alt="Strategic share by week up to ${week.label}, ${verdictWords[total.verdict].word}; the numbers are in the report" width="552px" padding="14px 24px" href="${reportUrl}" />${teamTable(digest)}${reviewTable(digest)}${
    problems.length > 0 &&
    html`<mj-text><strong>Trackers that could not be read</strong>${problems.map(({ name, problem }) => html`<br>${name}: ${problem}`)}</mj-text>`
  }<mj-button css-class="button" href="${reportUrl}" background-color="${paperPalette.accent}" color="#ffffff" border-radius="8px" font-size="15px" font-weight="600" align="left" padding="16px 24px 8px" inner-padding="11px 18px">Open the report</mj-button></mj-column></mj-section></mj-wrapper><mj-section css-class="foot" padding="8px 0 24px"><mj-column><mj-text color="${muted}" font-size="13px" line-height="20px">You get this email every week because somebody subscribed this address. <a href="${unsubscribeUrl}" style="color:${muted}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>`
    .markup
}

function teamTable({ teams, previousTeams }: Digest): Markup {
  if (teams.length === 0) return html``
  const before = new Map((previousTeams ?? []).map((row) => [row.group?.id, row]))
  const lines = teams.map(
    (row) =>
      html`<tr><td style="${cell}">${row.group?.name ?? 'No team'}<br><span ${quiet}>${coverageText(row)}</span></td><td style="${cell}">${shareCell(row)}</td><td style="${cell};padding-right:0">${verdictWords[row.verdict].sign} ${verdictWords[row.verdict].word}<br><span ${quiet}>${changeText(row, before.get(row.group?.id))}</span></td></tr>`,
  )
  return html`<mj-text padding="14px 24px 0"><strong>Teams</strong></mj-text><mj-table padding="0 24px 8px" table-layout="fixed">${lines}</mj-table>`
}

function shareCell({ strategicShare: share, target }: SplitRow): Markup {
  const against = html`<br><span ${quiet}>target ${formatTarget(target)}</span>`
  return share
    ? html`<strong>${formatPercent(share.value)}</strong> (${formatRange(share.low, share.high)})${against}`
    : html`nothing tracked${against}`
}

function coverageText({ coverage }: SplitRow): string {
  return coverage.share === null ? 'no capacity' : `${formatPercent(coverage.share)} of capacity tracked`
}

function changeText(row: SplitRow, previous: SplitRow | undefined): string {
  const change = changeOf(row, previous)
  if (!change) return ''
  return `${formatPoints(change.points)} since ${change.since}${change.clear || change.points === 0 ? '' : ', within doubt'}`
}

function reviewTable({ toReview }: Digest): Markup {
  if (toReview.length === 0) return html``
  const lines = toReview.map(
    (ticket) =>
      html`<tr><td style="${cell}">${link(ticket.url, ticket.title || ticket.key, '#15181e')}<br><span ${quiet}>${ticket.key}: ${categoryWords[ticket.category]}${ticket.workType ? `, ${workTypeWord(ticket.workType)}` : ''}, by ${decidedByWord(ticket.decidedBy)}, ${formatPercent(ticket.confidence)} sure</span></td><td width="64" align="right" style="${cell};padding-right:0;width:64px">${formatDays(ticket.days)} days</td></tr>`,
  )
  return html`<mj-text padding="14px 24px 0"><strong>Worth a look</strong><br><span ${quiet}>A wrong label here moves the split most.</span></mj-text><mj-table padding="0 24px 8px" table-layout="fixed">${lines}</mj-table>`
}
