import { expect, test } from 'vitest'
import { agreedWorkType } from './agreed-label.ts'

const labels = (...said: ('debt' | 'defect' | 'unclear')[]) =>
  said.map((workType, no) => ({ reader: String(no), workType }))

test.each([
  [[], null],
  [['debt'], 'debt'],
  [['debt', 'debt', 'defect'], 'debt'],
  [['debt', 'defect'], null],
  [['unclear'], null],
  [['unclear', 'debt', 'debt'], 'debt'],
  [['unclear', 'unclear', 'debt'], null],
] as const)('readers who say %j agree on %j', (said, agreed) => {
  expect(agreedWorkType(labels(...said))).toBe(agreed)
})
