import {
  type LeadershipReport,
  type Period,
  type RestatableFact,
  type Restatement,
  restatement,
} from '@headroom/domain'
import { type Db, readTicketFacts } from '@headroom/store'
import { type ModelDoubt, readSplit } from './read-split.ts'

interface Scope {
  readonly period: Period
  readonly teamId?: string
}

/** What a report of these days is made from, by ticket; kept with it when it is published. */
export async function readRestatableFacts(db: Db, { period, teamId }: Scope): Promise<RestatableFact[]> {
  const facts = await readTicketFacts(db, {
    periods: [period],
    by: 'none',
    basis: 'effort',
    ...(teamId ? { teamId } : {}),
  })
  return facts.map(({ ticketId, units, category, pStrategic, decidedBy }) => ({
    ticketId,
    units,
    strategic: category === 'unclassified' ? 0 : pStrategic,
    decidedBy,
  }))
}

/** How a published share reads now, and why; null where either reading has no tracked effort. */
export async function readRestatement(
  db: Db,
  published: { readonly report: LeadershipReport; readonly facts: readonly RestatableFact[] },
  model: ModelDoubt,
): Promise<Restatement | null> {
  const { period, team, total } = published.report
  const scope = team ? { teamId: team.id } : {}
  const [now] = await readSplit(
    db,
    { ...period, grain: 'total', by: team ? 'team' : 'none', basis: 'effort', ...scope },
    model,
  )
  if (!total.strategicShare || !now?.strategicShare) return null
  return restatement(
    { value: total.strategicShare.value, facts: published.facts },
    { value: now.strategicShare.value, facts: await readRestatableFacts(db, { period, ...scope }) },
  )
}
