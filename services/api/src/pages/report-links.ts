import type { LeadershipReport } from '@headroom/domain'
import { epochDay, localDate, type Period, parsePeriod, periodOf, previousPeriod } from '@headroom/domain'
import type { ReportLinks } from '@headroom/reports'

/** Named in the foot of every page. */
export const generatedBy = 'Headroom'

/** Where the page of a report leads, on the server that shows it. */
export function reportLinks(report: LeadershipReport): ReportLinks {
  const team = report.team?.id ?? null
  const parsed = parsePeriod(report.period.label)
  const next = parsed && periodOf(localDate(epochDay(parsed.period.to) + 1), parsed.grain)
  const hasBegun = next !== null && next.from <= report.generatedAt.slice(0, 10)
  return {
    earlier: parsed && pageAddress(previousPeriod(parsed), team),
    later: hasBegun ? pageAddress(next, team) : null,
    allTeams: team === null ? null : pageAddress(report.period, null),
    team: (id) => (id === 'none' ? null : pageAddress(report.period, id)),
    downloads: [
      { label: 'CSV', href: `/v1/reports/leadership.csv?${parameters(report.period, team)}` },
      { label: 'JSON', href: `/v1/reports/leadership.json?${parameters(report.period, team)}` },
      { label: 'Sign out', href: '/sign-out' },
    ],
  }
}

function pageAddress(period: Period, team: string | null): string {
  return `/report?${parameters(period, team)}`
}

function parameters(period: Period, team: string | null): string {
  return new URLSearchParams({ period: period.label, ...(team === null ? {} : { team }) }).toString()
}
