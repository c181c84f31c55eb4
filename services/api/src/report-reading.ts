import type { LeadershipReport } from '@headroom/domain'
import { readLeadershipReport } from '@headroom/measures'
import { readPublishedRules, writeAudit } from '@headroom/store'
import type { FastifyRequest } from 'fastify'
import type { ApiDeps } from './api-deps.ts'
import { actorOf } from './authentication.ts'
import { requestedPeriod } from './requested-period.ts'
import { resolveTeam } from './resolve-names.ts'

/** What a report may be asked for. */
export interface ReportRequest {
  readonly period?: string | undefined
  readonly team?: string | undefined
}

/** The report as of now; who read it is noted. */
export async function readReport(
  deps: ApiDeps,
  request: FastifyRequest,
  asked: ReportRequest,
): Promise<LeadershipReport> {
  const { db } = deps.store
  const period = await requestedPeriod(deps, asked.period)
  const team = asked.team === undefined ? null : await resolveTeam(db, asked.team)
  const report = await readLeadershipReport(db, {
    period,
    ...(team ? { teamId: team.id } : {}),
    generatedAt: deps.now(),
    model: deps.model,
    ruleSetVersion: (await readPublishedRules(db)).version,
  })
  await writeAudit(db, {
    actor: actorOf(request),
    action: 'report.read',
    target: team?.id ?? 'all',
    detail: { period: period.label },
  })
  return report
}
