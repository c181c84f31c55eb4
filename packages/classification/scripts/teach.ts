import { categories, categoryOf } from '@headroom/domain'
import { type Model, packModel, parseModel } from '../src/model.ts'
import type { LinearModel } from '../src/train/fit-logistic.ts'
import { featureMatrix } from './feature-matrix.ts'
import { fitWorkTypes, type Views } from './fit-work-types.ts'
import { type LabelledTicket, withoutFields } from './read-data.ts'

/** A model that was taught these tickets alone, without weak labels and not calibrated. */
export function teachOurs(tickets: readonly LabelledTicket[]): Model {
  const rows = tickets.map((_, i) => i)
  return asModel(fitWorkTypes(viewsOf(tickets), tickets, rows), tickets)
}

/** A fitted model as the program reads it. */
export function asModel(model: LinearModel, tickets: readonly LabelledTicket[], shareErrorSd = 0): Model {
  return parseModel(packedModel(model, tickets, shareErrorSd))
}

/** A fitted model as a file. `tickets` are what it was trained on. */
export function packedModel(
  { weights, bias }: LinearModel,
  tickets: readonly LabelledTicket[],
  shareErrorSd: number,
): Uint8Array {
  const share = (c: number) =>
    tickets.filter(({ workType }) => categoryOf(workType) === categories[c]).length / tickets.length
  const prior = { feature: share(0), strategic: share(1), sustaining: share(2) }
  return packModel({ month: '2026.11', shareErrorSd, prior, weights, bias })
}

/** The features of tickets, with and without their fields. */
export function viewsOf(tickets: readonly LabelledTicket[]): Views {
  return {
    whole: featureMatrix(tickets.map((ticket) => ticket.input)),
    text: featureMatrix(tickets.map((ticket) => withoutFields(ticket.input))),
    hasFields: tickets.map(
      ({ input }) =>
        input.type !== null || input.labels.length > 0 || input.components.length > 0 || input.parent !== null,
    ),
  }
}
