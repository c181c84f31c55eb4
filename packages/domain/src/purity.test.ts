import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))

it.each(sources)('%s asks neither a clock nor chance', (name) => {
  const source = readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
  expect(source).not.toMatch(/Date\.now|new Date\(\)|Date\(\)|Math\.random|performance\.now/)
})
