import type { LeadershipReport, SplitRow } from '@headroom/domain'
import { capacityBar, capacitySlices, capacitySwatch } from '../chart/capacity-bar.ts'
import { shareBar } from '../chart/share-bar.ts'
import { shareScaleEnd } from '../chart/share-scale.ts'
import { trendChart } from '../chart/trend-chart.ts'
import { html, link, type Markup, raw } from '../markup.ts'
import {
  changeOf,
  formatDays,
  formatPercent,
  formatPoints,
  formatRange,
  formatShare,
  formatTarget,
} from '../numbers.ts'
import { changeSentence, driftSentences, headline, trackedSentence, whatIsNeeded } from '../words.ts'
import { section, sentence, verdictPill } from './page-parts.ts'

/** The answer in words, what would be needed for a better one, and where the capacity went. */
export function heroSection(report: LeadershipReport): Markup {
  const { total, previous, team } = report
  const change = changeSentence(total, previous)
  const needed = whatIsNeeded(total)
  const parts = capacitySlices(total).map(
    ({ part, word, days, share }) =>
      html`<div><dt>${capacitySwatch(part, 'capacity')}${word}</dt><dd>${formatDays(days)}<small>person-days, ${formatPercent(share)}</small></dd></div>`,
  )
  return html`<section class="card hero">${verdictPill(total.verdict)}<h1>${sentence(headline(total, team?.name))}</h1>${
    change && html`<p>${sentence(change)}</p>`
  }${
    needed.length > 0 &&
    html`<div class="needed"><h3>What would make it possible to say</h3><ul>${needed.map((step) => html`<li>${sentence(step)}</li>`)}</ul></div>`
  }<div class="capacity">${capacityBar(total, 'capacity')}<dl class="parts">${parts}</dl><p>${sentence(trackedSentence(total))} Percentages here are of the whole bar; the strategic share above is of tracked effort only.</p></div></section>`
}

/** One line a team, all on one axis, the whole first. */
export function teamsSection(report: LeadershipReport, teamHref: (teamId: string) => string | null): Markup {
  const { total, teams, previous, previousTeams } = report
  if (teams.length === 0) return html``
  const end = shareScaleEnd([total, ...teams])
  const before = new Map((previousTeams ?? []).map((row) => [row.group?.id, row]))
  const whole = report.team?.name ?? 'All teams'
  const lines = teams.map((row) =>
    teamLine(row, link(teamHref(row.group?.id ?? ''), row.group?.name ?? 'No team'), before.get(row.group?.id), end),
  )
  return section(
    'By team',
    `Dot: strategic share of tracked effort. Bar: its interval. Upright line: the target. The axis runs from 0 to ${formatPercent(end)}.`,
    html`<table class="stack" role="table"><thead role="rowgroup"><tr role="row">${[
      html`<th role="columnheader" scope="col">Team</th><th role="columnheader" scope="col" class="r">Share</th>`,
      html`<th role="columnheader" scope="col" class="wide">Interval and target</th><th role="columnheader" scope="col">Verdict</th>`,
      html`<th role="columnheader" scope="col" class="r">Change${previous && html`<br><span class="n">since ${previous.period.label}</span>`}</th><th role="columnheader" scope="col" class="r">Coverage</th>`,
    ]}</tr></thead><tbody role="rowgroup">${teamLine(total, html`${whole}`, previous, end, 'total')}${lines}</tbody></table>`,
  )
}

function teamLine(
  row: SplitRow,
  name: Markup,
  before: SplitRow | null | undefined,
  end: number,
  extra: '' | 'total' = '',
): Markup {
  const share = row.strategicShare
  const change = changeOf(row, before)
  return html`<tr role="row"${raw(extra && ` class="${extra}"`)}><th role="rowheader" scope="row">${name}</th><td role="cell" class="r beside">${
    share ? html`<b>${formatPercent(share.value)}</b>` : html`<span class="quiet">nothing tracked</span>`
  }</td><td role="cell" class="wide full">${raw(shareBar(share, { target: row.target, end }))}<span class="small quiet">${
    share && html`${formatRange(share.low, share.high)}, `
  }target ${formatTarget(row.target)}</span></td><td role="cell">${verdictPill(row.verdict)}</td><td role="cell" class="r" data-label="Change">${
    change
      ? html`${formatPoints(change.points)}${!change.clear && change.points !== 0 && html`<br><span class="small quiet">within doubt</span>`}`
      : html`<span class="quiet">–</span>`
  }</td><td role="cell" class="r" data-label="Coverage">${
    row.coverage.share === null ? html`<span class="quiet">no capacity</span>` : formatPercent(row.coverage.share)
  }<br class="fold"> <span class="small quiet">of ${formatDays(row.coverage.capacityDays)} days</span></td></tr>`
}

/** Which teams have left their target for good, as far as a detector can tell. */
export function driftSection(report: LeadershipReport): Markup {
  const sentences = driftSentences(report)
  if (sentences.length === 0) return html``
  return section(
    'Drift',
    'A detector adds up the weeks; on a team that is on target it is wrong about once in two years. A slow or small slide it sees late or not at all.',
    html`<ul>${sentences.map((text) => html`<li>${sentence(text)}</li>`)}</ul>`,
  )
}

/** The weekly course with a table that says the same. */
export function trendSection(report: LeadershipReport): Markup {
  if (report.trend.length === 0) return html``
  const weeks = report.trend.map(
    (row) =>
      html`<tr><th scope="row">${row.period.label}</th><td class="r">${formatShare(row.strategicShare)}</td><td class="r">${formatTarget(row.target)}</td><td class="r">${formatDays(row.coverage.trackedDays)}</td><td class="r">${formatDays(row.coverage.capacityDays)}</td></tr>`,
  )
  return section(
    'Week by week',
    'A single week says little: large pieces of work make it jump. The line averages them, newest weeks heaviest (EWMA, λ = 0.2, weighted by effort).',
    html`<figure><div class="wide-chart">${raw(trendChart(report.trend, { id: 'trend', width: 960, height: 300 }))}</div><div class="narrow">${raw(
      trendChart(report.trend, { id: 'trend-narrow', width: 310, height: 260 }),
    )}</div></figure><details><summary>The same as a table</summary><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Week</th><th scope="col" class="r">Strategic share</th><th scope="col" class="r">Target</th><th scope="col" class="r">Tracked days</th><th scope="col" class="r">Capacity days</th></tr></thead><tbody>${weeks}</tbody></table></div></details>`,
  )
}
