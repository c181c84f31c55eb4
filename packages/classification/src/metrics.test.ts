import { expect, test } from 'vitest'
import { calibrationError, classScores, confusionMatrix, macroF1 } from './metrics.ts'

test('scores follow from counts that can be checked by hand', () => {
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 2], 3)

  expect(matrix).toEqual([
    [2, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ])
  expect(classScores(matrix)[0]).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, count: 3 })
  expect(macroF1(matrix)).toBeCloseTo((4 / 6 + 2 / 4 + 1) / 3, 12)
})

test('a class without examples does not count in the mean', () => {
  expect(macroF1(confusionMatrix([0, 0], [0, 0], 3))).toBe(1)
})

test('the calibration error is the distance between confidence and hits, by bins', () => {
  expect(calibrationError([0.9, 0.9, 0.6, 0.6], [true, false, true, true])).toBeCloseTo((0.8 + 0.8) / 4, 12)
  expect(calibrationError([1, 1], [true, true])).toBe(0)
})
