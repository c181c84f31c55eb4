import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reviewQuestion } from './review-question.ts'
import { categoryOf, type WorkType, type WorkTypeProbabilities, workTypes } from './work-type.ts'

function probabilities(given: Partial<Record<WorkType, number>>): WorkTypeProbabilities {
  return Object.fromEntries(workTypes.map((type) => [type, given[type] ?? 0.001])) as Record<WorkType, number>
}

test.each([
  [{ defect: 0.5, performance: 0.4 }, 'a particular slowness'],
  [{ debt: 0.5, operations: 0.4 }, 'one routine bump'],
  [{ enhancement: 0.4, defect: 0.4 }, 'that was promised break'],
  [{ discovery: 0.5, compliance: 0.4 }, 'invest in being able to deliver better later'],
  [{ compliance: 0.5, 'new-capability': 0.4 }, 'change what users can do or see'],
  [{ discovery: 0.5, enhancement: 0.4 }, 'and for whom'],
] as const)('between %j the codebook asks: %s', (given, words) => {
  expect(reviewQuestion(probabilities(given)).text).toContain(words)
})

test('the question is between two categories, not between work types of one', () => {
  expect(reviewQuestion(probabilities({ debt: 0.4, architecture: 0.39, operations: 0.1 })).text).toContain(
    'routine bump',
  )
})

test('the choices are distinct, the most probable first, with one key each', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 }), (values) => {
      const given = Object.fromEntries(workTypes.map((type, i) => [type, values[i] ?? 0])) as Record<WorkType, number>
      const { text, choices } = reviewQuestion(given)

      expect(text.endsWith('?') || text.endsWith('.')).toBe(true)
      expect(new Set(choices.map((choice) => choice.workType)).size).toBe(6)
      expect(choices.map((choice) => choice.key)).toEqual(['1', '2', '3', '4', '5', '6'])
      expect(choices.every((choice) => choice.category === categoryOf(choice.workType))).toBe(true)
      expect(choices.map((choice) => choice.probability)).toEqual(
        [...choices].map((choice) => choice.probability).sort((a, b) => b - a),
      )
    }),
  )
})
