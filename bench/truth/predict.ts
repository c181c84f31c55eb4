import { type CategoryProbabilities, categoryOf } from '@headroom/domain'
import type { Company } from '@headroom/simulator'
import type { Chance } from '../random.ts'

/** Strategic tickets score this much higher than others: an AUC of 0.91. */
const separation = 1.9
/** Strategic part of the tickets that the model learnt from. */
const trainedShare = 0.16
/** Its log odds are off by as much for a company, and for each team: about 7 points of the share in all, as the model's card says. */
const companySd = 0.35
const teamSd = 0.35

/** What a model like the shipped one says of each ticket: right on the whole where it was trained, off by company, by team and by chance. */
export function predict(
  company: Company,
  ticketIds: readonly string[],
  chance: Chance,
): Map<string, CategoryProbabilities> {
  const companyShift = companySd * chance.normal()
  const shifts = company.teams.map(() => companyShift + teamSd * chance.normal())
  // Too sure of itself in some companies, too shy in others.
  const sureness = Math.exp(0.25 * chance.normal())
  return new Map(
    ticketIds.map((id, i) => {
      const truth = categoryOf(company.truth.workTypes[i] ?? 'enhancement')
      const score = chance.normal() + (truth === 'strategic' ? separation : 0)
      const shift = shifts[company.tickets[i]?.team ?? 0] ?? 0
      const logOdds = separation * (score - separation / 2) + Math.log(trainedShare / (1 - trainedShare)) + shift
      const strategic = 1 / (1 + Math.exp(-sureness * logOdds))
      const inFeature = truth === 'feature' ? 0.75 + 0.2 * chance.uniform() : 0.15 + 0.4 * chance.uniform()
      return [id, { feature: (1 - strategic) * inFeature, strategic, sustaining: (1 - strategic) * (1 - inFeature) }]
    }),
  )
}
