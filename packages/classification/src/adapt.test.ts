import { readFileSync } from 'node:fs'
import { categoryProbabilities, type WorkType, workTypes } from '@headroom/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adapt, type Correction } from './adapt.ts'
import type { ClassifierInput } from './classifier-input.ts'
import { compareByCrossValidation, compareOnAudit } from './compare-on-audit.ts'
import { parseModel, shippedModelUrl } from './model.ts'
import { LayerFormatError, packLayer, parseLayer, withLayer } from './organisation-layer.ts'
import { predict } from './predict.ts'
import { estimatePriors } from './prior-shift.ts'

const model = parseModel(readFileSync(shippedModelUrl))

function ticket(title: string): ClassifierInput {
  return {
    title,
    description: '',
    type: null,
    isEpic: false,
    isSubtask: false,
    labels: [],
    components: [],
    priority: null,
    parent: null,
  }
}

/** An organisation that calls its internal platform Heron: whatever is about it is architecture there. */
const heron: Correction[] = [
  'Heron storage',
  'Move billing to Heron',
  'Heron for search',
  'New Heron topology',
  'Heron',
].map((title) => ({ input: ticket(title), workType: 'architecture' }))
const others: Correction[] = ['App crashes on save', 'Wrong total in the report', 'Error 500 after login'].map(
  (title) => ({
    input: ticket(title),
    workType: 'defect',
  }),
)

test('a few corrections teach an organisation’s own word, and leave other tickets as they were', () => {
  const layered = withLayer(model, adapt(model, [...heron, ...others]))

  const unseen = ticket('Heron queue for mails')
  const strategic = (of: typeof model, input: ClassifierInput) =>
    categoryProbabilities(predict(of, input).probabilities).strategic
  expect(strategic(layered, unseen)).toBeGreaterThan(0.45)
  expect(strategic(layered, unseen)).toBeGreaterThan(strategic(model, unseen) + 0.2)
  const crash = ticket('Crash in the login page')
  expect(Math.abs(strategic(layered, crash) - strategic(model, crash))).toBeLessThan(0.05)
})

test('no corrections change nothing', () => {
  const layered = withLayer(model, adapt(model, []))

  const input = ticket('Refactor the parser')
  expect(predict(layered, input).probabilities).toEqual(predict(model, input).probabilities)
})

test('the same corrections give the same layer, and a stored one says the same as before', () => {
  const layer = adapt(model, heron)
  const again = parseLayer(packLayer(layer))

  expect(adapt(model, heron).version).toBe(layer.version)
  expect(again.version).toBe(layer.version)
  expect(again.corrections).toBe(heron.length)
  const input = ticket('Heron for mails')
  expect(predict(withLayer(model, again), input)).toEqual(predict(withLayer(model, layer), input))
})

test('the shipped model is not touched by a layer over it', () => {
  const input = ticket('Heron for mails')
  const before = predict(model, input)

  withLayer(model, adapt(model, heron))

  expect(predict(model, input)).toEqual(before)
})

test('a layer that is damaged or for another model is refused in words that help', () => {
  const bytes = packLayer(adapt(model, heron))
  const changed = Uint8Array.from(bytes)
  changed[60] = (changed[60] ?? 0) ^ 1

  expect(() => parseLayer(changed)).toThrow(/is damaged: make it anew/)
  expect(() => parseLayer(bytes.subarray(0, bytes.length - 1))).toThrow(/is cut/)
  expect(() => parseLayer(new Uint8Array(4))).toThrow(/too short/)
  expect(() => withLayer({ ...model, version: '2030.01-00000000' }, parseLayer(bytes))).toThrow(LayerFormatError)
})

const anyCorrection: fc.Arbitrary<Correction> = fc.record({
  input: fc.string({ maxLength: 60 }).map(ticket),
  workType: fc.constantFrom<WorkType>(...workTypes),
})

test('any corrections, contradictory ones too, give a layer with finite probabilities that makes them more probable together', () => {
  fc.assert(
    fc.property(fc.array(anyCorrection, { minLength: 1, maxLength: 12 }), (corrections) => {
      const layered = withLayer(model, adapt(model, corrections))

      const loss = (of: typeof model) =>
        corrections.reduce((sum, { input, workType }) => {
          const { probabilities } = predict(of, input)
          const sums = categoryProbabilities(probabilities)
          const own = Object.entries(sums).find(([category]) => category === categoryName(workType))?.[1] ?? 0
          return sum - 0.5 * Math.log(probabilities[workType] + 1e-12) - 0.5 * Math.log(own + 1e-12)
        }, 0)
      expect(loss(layered)).toBeLessThanOrEqual(loss(model) + 0.05)
    }),
    { numRuns: 40 },
  )
})

function categoryName(workType: WorkType): string {
  const one = Object.fromEntries(workTypes.map((type) => [type, type === workType ? 1 : 0])) as Record<WorkType, number>
  const sums = categoryProbabilities(one)
  return Object.keys(sums).find((category) => sums[category as keyof typeof sums] === 1) ?? ''
}

test('a layer that audit labels contradict does not go live, one that they confirm does', () => {
  const layer = adapt(model, heron)
  const audits = ['Heron outage page', 'Mails through Heron', 'Heron crash'].flatMap((title) =>
    Array.from({ length: 12 }, (_, i) => ({ input: ticket(`${title} ${'abcdefghijkl'[i]}`), title })),
  )
  const labelled = (workType: WorkType) => audits.map(({ input }) => ({ input, workType }))

  expect(compareOnAudit(model, layer, labelled('architecture')).goesLive).toBe(true)
  const refused = compareOnAudit(model, layer, labelled('defect'))
  expect(refused.goesLive).toBe(false)
  expect(refused.reason).toMatch(/36 audit labels\.$/)
})

test('without labels, and with a single one, no layer goes live', () => {
  const layer = adapt(model, heron)

  expect(compareOnAudit(model, layer, []).goesLive).toBe(false)
  expect(compareOnAudit(model, layer, heron.slice(0, 1)).goesLive).toBe(false)
  expect(compareByCrossValidation(model, heron.slice(0, 1)).goesLive).toBe(false)
})

test('corrections are judged by layers that were not taught them', () => {
  expect(compareByCrossValidation(model, [...heron, ...others]).goesLive).toBe(true)
  const noise = Array.from({ length: 16 }, (_, i) => ({
    input: ticket(`Thing ${'abcdefghijklmnop'[i]}`),
    workType: workTypes[i] ?? 'defect',
  }))
  const { shipped, layered } = compareByCrossValidation(model, noise)
  expect(Math.abs(shipped.logLoss - layered.logLoss)).toBeLessThan(1)
})

test('frequencies of an organisation are found from calibrated probabilities, and few tickets move them little', () => {
  const prior = { feature: 1 / 3, strategic: 1 / 3, sustaining: 1 / 3 }
  const sure = (c: 'feature' | 'strategic' | 'sustaining') => ({
    feature: 0.05,
    strategic: 0.05,
    sustaining: 0.05,
    [c]: 0.9,
  })
  const tickets = Array.from({ length: 2000 }, (_, i) =>
    sure(i % 10 < 7 ? 'feature' : i % 10 < 9 ? 'strategic' : 'sustaining'),
  )

  const found = estimatePriors(tickets, prior)
  expect(found.feature).toBeGreaterThan(0.68)
  expect(found.sustaining).toBeLessThan(0.1)
  expect(estimatePriors(tickets.slice(0, 3), prior).feature).toBeLessThan(0.36)
})
