import { createHash } from 'node:crypto'
import type { LeadershipReport } from '@headroom/domain'
import { html, link, type Markup, raw } from './markup.ts'
import { formatDates, formatMoment } from './numbers.ts'
import { doubtSection } from './page/doubt-section.ts'
import { pageStyle } from './page/page-style.ts'
import { driftSection, heroSection, teamsSection, trendSection } from './page/split-sections.ts'
import { dataSection, methodSection } from './page/trust-sections.ts'
import { ticketsSection, workTypesSection } from './page/work-sections.ts'

/** Where the page may lead. A page saved as a file has none of these. */
export interface ReportLinks {
  /** The report of the period before and after. */
  readonly earlier?: string | null
  readonly later?: string | null
  /** The same report over all teams, for the page of one team. */
  readonly allTeams?: string | null
  /** The report of one team. */
  readonly team?: (teamId: string) => string | null
  /** The same report in other formats. */
  readonly downloads?: readonly { readonly label: string; readonly href: string }[]
}

/** What the page needs beside the report. `generatedBy` names the program and its version in the foot. */
export interface ReportPageOptions {
  readonly links: ReportLinks
  readonly generatedBy: string
}

/**
 * Content-Security-Policy under which the page works: its own style and nothing else, from nowhere. The page carries it
 * itself; a server that sends a policy of its own has to allow the same style.
 */
export const reportPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`

/** The leadership report as one self-contained HTML page: no script, no request, light and dark, phone, desktop, print. */
export function reportPage(report: LeadershipReport, options: ReportPageOptions): string {
  const { links, generatedBy } = options
  const title = `${report.organisation}: strategic share ${report.period.label}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${reportPagePolicy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${raw(pageStyle)}</style></head>
<body><header class="top"><p><strong>${report.organisation}</strong>${report.team && html`, ${report.team.name}`}<br>${report.period.label}, <span class="n">${formatDates(report.period)}</span></p>${navigation(links)}</header>
<main>${heroSection(report)}${teamsSection(report, (teamId) => links.team?.(teamId) ?? null)}${driftSection(report)}${trendSection(report)}${doubtSection(report)}${workTypesSection(report)}${ticketsSection(report)}${dataSection(report)}${methodSection(report)}</main>
<footer class="foot"><span>Made ${formatMoment(report.generatedAt)} by ${generatedBy}</span><span>Model ${report.method.modelVersion}, rule set ${report.method.ruleSetVersion}, revision ${report.total.revision}</span></footer></body></html>
`.markup
}

function navigation(links: ReportLinks): Markup {
  const targets: readonly (readonly [string | null | undefined, string])[] = [
    [links.allTeams, 'All teams'],
    [links.earlier, 'Earlier'],
    [links.later, 'Later'],
    ...(links.downloads ?? []).map(({ href, label }) => [href, label] as const),
  ]
  const shown = targets.filter(([href]) => href)
  return shown.length > 0
    ? html`<nav aria-label="Report">${shown.map(([href, text]) => link(href, text))}</nav>`
    : html``
}
