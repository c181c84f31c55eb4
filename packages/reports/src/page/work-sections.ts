import type { LeadershipReport } from '@headroom/domain'
import { capacitySwatch } from '../chart/capacity-bar.ts'
import { shareAt } from '../chart/share-scale.ts'
import { html, link, type Markup } from '../markup.ts'
import { formatDays, formatPercent } from '../numbers.ts'
import { categoryWords, decidedByWord, workTypeWord } from '../words.ts'
import { section } from './page-parts.ts'

/** Effort by work type as bars; unclassified effort keeps its place at the end. */
export function workTypesSection({ workTypes, total }: LeadershipReport): Markup {
  const unclassified = total.effortDays.unclassified
  const rows = [
    ...workTypes.map((row) => ({ name: workTypeWord(row.workType), part: row.category, days: row.days })),
    { name: 'not classified', part: 'unclassified' as const, days: unclassified },
  ]
  const [most, all] = [Math.max(0, ...rows.map((row) => row.days)), rows.reduce((sum, row) => sum + row.days, 0)]
  const lines = rows.map(
    ({ name, part, days }) =>
      html`<tr><th scope="row">${name} <span class="small quiet">${categoryWords[part]}</span></th><td class="wide"><svg width="100%" height="10" aria-hidden="true"><rect width="${shareAt(most > 0 ? days / most : 0, 1)}" height="10" rx="2" fill="${part === 'unclassified' ? 'url(#capacity-unclassified)' : `var(--${part})`}"/></svg></td><td class="r">${formatDays(days)}</td><td class="r quiet">${all > 0 ? formatPercent(days / all) : '–'}</td></tr>`,
  )
  return section(
    'By work type',
    'Person-days of tracked effort, and their share of it.',
    html`<table class="dense"><thead><tr><th scope="col">Work type</th><td class="wide"></td><th scope="col" class="r">Days</th><th scope="col" class="r">Share</th></tr></thead><tbody>${lines}</tbody></table>`,
  )
}

/** The tickets that took most effort, with who decided on them: the first place to look when a number surprises. */
export function ticketsSection({ topTickets }: LeadershipReport): Markup {
  if (topTickets.length === 0) return html``
  const lines = topTickets.map(
    (ticket) =>
      html`<tr role="row"><th role="rowheader" scope="row" class="full">${link(ticket.url, ticket.title || ticket.key)}<br><span class="small quiet">${ticket.key}</span></th><td role="cell">${capacityMark(ticket.category)}<span class="small quiet">${ticket.workType ? workTypeWord(ticket.workType) : ''}</span></td><td role="cell" class="small quiet">by ${decidedByWord(ticket.decidedBy)}<br>${formatPercent(ticket.confidence)} sure</td><td role="cell" class="r" data-label="Days"><b>${formatDays(ticket.days)}</b></td></tr>`,
  )
  return section(
    'Tickets with most effort',
    'Wrong labels here move the number most.',
    html`<table class="stack" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Ticket</th><th role="columnheader" scope="col">Category</th><th role="columnheader" scope="col">Decided</th><th role="columnheader" scope="col" class="r">Days</th></tr></thead><tbody role="rowgroup">${lines}</tbody></table>`,
  )
}

function capacityMark(category: LeadershipReport['topTickets'][number]['category']): Markup {
  return html`<span class="mark">${capacitySwatch(category, 'capacity')}${categoryWords[category]}</span>`
}
