import { readFileSync } from 'node:fs'
import { type Category, categories, categoryProbabilities, workTypes } from '@headroom/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClassifierInput } from './classifier-input.ts'
import { packModel, parseModel, shippedModelUrl } from './model.ts'
import { predict } from './predict.ts'
import { unpackTable } from './weight-table.ts'

const bytes = readFileSync(shippedModelUrl)
const model = parseModel(bytes)
const card = JSON.parse(readFileSync(new URL('model-card.json', shippedModelUrl), 'utf8'))

const empty: ClassifierInput = {
  title: '',
  description: '',
  type: null,
  isEpic: false,
  isSubtask: false,
  labels: [],
  components: [],
  priority: null,
  parent: null,
}

test('the shipped model is the one that its card describes', () => {
  expect(model.version).toBe(card.version)
  expect(model.version).toMatch(/^\d{4}\.\d{2}-[0-9a-f]{8}$/)
  expect(model.shareErrorSd).toBe(card.shareErrorSd)
})

test('the shipped model is small', () => {
  expect(bytes.length).toBe(card.modelBytes)
  expect(bytes.length).toBeLessThanOrEqual(5_000_000)
})

test('a file that was changed, cut, or is something else is refused in words that help', () => {
  const changed = Uint8Array.from(bytes)
  changed[100_000] = (changed[100_000] ?? 0) ^ 1

  expect(() => parseModel(changed)).toThrow(/is damaged: restore/)
  expect(() => parseModel(bytes.subarray(0, bytes.length - 1))).toThrow(/is cut/)
  expect(() => parseModel(new Uint8Array(0))).toThrow(/too short/)
  expect(() => parseModel(new Uint8Array(100_000))).toThrow(/not a classification model/)
})

test('a model survives being packed: weights to a 254th of their bucket, everything else exactly', () => {
  const { shareErrorSd, prior, bias } = model
  const weights = unpackTable(model.table)
  const again = parseModel(packModel({ month: '2026.11', shareErrorSd, prior, weights, bias }))

  expect(again.bias).toEqual(model.bias)
  expect(again.shareErrorSd).toBe(model.shareErrorSd)
  expect(again.prior).toEqual(model.prior)
  let worst = 0
  const unpacked = unpackTable(again.table)
  for (let i = 0; i < weights.length; i++) worst = Math.max(worst, Math.abs((unpacked[i] ?? 0) - (weights[i] ?? 0)))
  expect(worst).toBeLessThan(1e-5)
})

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }))
const anyInput: fc.Arbitrary<ClassifierInput> = fc.record({
  title: text,
  description: text,
  type: fc.option(text),
  isEpic: fc.boolean(),
  isSubtask: fc.boolean(),
  labels: fc.array(text, { maxLength: 40 }),
  components: fc.array(text, { maxLength: 40 }),
  priority: fc.option(text),
  parent: fc.option(fc.record({ title: text, type: fc.option(text) })),
})

test('any ticket gets probabilities that sum to 1 and finite reasons', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { probabilities, evidence } = predict(model, input)

      const sum = workTypes.reduce((s, type) => s + probabilities[type], 0)
      expect(sum).toBeCloseTo(1, 9)
      for (const type of workTypes) expect(probabilities[type]).toBeGreaterThanOrEqual(0)
      for (const { weight } of evidence) expect(Number.isFinite(weight)).toBe(true)
    }),
  )
})

test('the order of labels and components changes nothing', () => {
  const shuffled = fc.tuple(anyInput, fc.nat()).map(([input, by]) => {
    const rotate = <T>(list: readonly T[]) => [
      ...list.slice(by % (list.length + 1)),
      ...list.slice(0, by % (list.length + 1)),
    ]
    return [input, { ...input, labels: rotate(input.labels), components: rotate(input.components).reverse() }] as const
  })
  fc.assert(
    fc.property(shuffled, ([a, b]) => {
      expect(predict(model, b)).toEqual(predict(model, a))
    }),
  )
})

test('a prediction does not depend on what was predicted before', () => {
  const first = { ...empty, title: 'Crash when saving', description: 'NullPointerException on save' }
  const alone = predict(model, first)

  predict(model, { ...empty, title: 'Add dark theme', labels: ['ui', 'wish'] })

  expect(predict(model, first)).toEqual(alone)
})

test('an empty ticket and a ticket of ten million characters are answered', () => {
  const huge = 'lorem ipsum {code} '.repeat(500_000)

  expect(Object.keys(predict(model, empty).probabilities)).toHaveLength(16)
  expect(
    Object.keys(predict(model, { ...empty, title: huge, description: huge, labels: [huge] }).probabilities),
  ).toHaveLength(16)
})

test.each<[Category, string, string]>([
  [
    'sustaining',
    'App crashes with a NullPointerException when saving a profile',
    'Steps to reproduce: open the profile, press save. Actual: crash. Expected: it is saved.',
  ],
  [
    'sustaining',
    'Login fails after the update to 4.2.1',
    'Since the last release users get an error 500 when they log in. It worked before.',
  ],
  ['sustaining', 'Typo in the installation guide', 'The documentation of the install step names the wrong file.'],
  [
    'feature',
    'Add support for exporting the board as CSV',
    'As a user I want to export my board so that I can share it.',
  ],
  ['feature', 'As a customer I want to pay by invoice', 'Allow invoices as a new way to pay in the shop.'],
  [
    'strategic',
    'Refactor the persistence layer',
    'Clean up the code: remove the duplicated classes and simplify the interfaces.',
  ],
  ['strategic', 'Add unit tests for the parser', 'The test coverage of the parser is low, write JUnit tests.'],
  [
    'strategic',
    'Spike: evaluate alternatives to our message broker',
    'Investigate the options and write up a recommendation.',
  ],
  ['strategic', 'Fix flaky integration test in CI build', 'The test fails now and then on the build server.'],
  ['strategic', 'Remove deprecated classes and unused code', 'Dead code should be removed from the code base.'],
])('obviously %s: %s', (category, title, description) => {
  const sums = categoryProbabilities(predict(model, { ...empty, title, description }).probabilities)

  expect(categories.reduce((a, b) => (sums[b] > sums[a] ? b : a))).toBe(category)
})

test('the reasons name words and fields of the ticket', () => {
  const input = { ...empty, title: 'Refactor the storage layer', type: 'Task', labels: ['cleanup', 'backend'] }

  const texts = predict(model, input).evidence.map((e) => e.text)

  expect(texts).toContain('title says "refactor"')
  for (const reason of texts)
    expect(reason).toMatch(/^(title|description|how|type|label|component|priority|parent|it is)/)
})
