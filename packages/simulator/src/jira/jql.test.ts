import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleSite } from '../../test/sample-site.ts'
import { defaultJiraLimits, type JiraContext, userDirectory } from './context.ts'
import { JiraRefusal } from './errors.ts'
import { jqlDateMs } from './jql-dates.ts'
import { parseJql } from './jql-parse.ts'
import { createSearchIndex } from './search-index.ts'
import { searchAll, searchPage } from './search-page.ts'

const site = sampleSite('cloud', 60)
const context: JiraContext = {
  site,
  limits: defaultJiraLimits,
  index: createSearchIndex(site, { indexLagMs: 0, indexFlapEvery: 0 }),
  address: () => '',
  userByKey: userDirectory(site),
}
const created = [...site.issues.values()].map(({ fields }) => Date.parse(String(fields.created)))
const [first = 0, last = 0] = [created[0], created.at(-1)]

describe('JQL', () => {
  it('finds exactly what the clauses say, for every bound and project', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: first - 1000, max: last + 1000 }),
        fc.constantFrom('>', '>=', '<', '<=', '=', '!='),
        fc.subarray(['PAY', 'OPS'], { minLength: 1 }),
        fc.boolean(),
        (bound, operator, projects, negated) => {
          const jql = `project ${negated ? 'not in' : 'in'} (${projects.join(', ')}) AND created ${operator} ${bound}`
          const holds = {
            '>': (ms: number) => ms > bound,
            '>=': (ms: number) => ms >= bound,
            '<': (ms: number) => ms < bound,
            '<=': (ms: number) => ms <= bound,
            '=': (ms: number) => ms === bound,
            '!=': (ms: number) => ms !== bound,
          }[operator]
          const expected = [...site.issues.values()].filter(
            ({ key, fields }) =>
              projects.includes(key.split('-')[0] ?? '') !== negated && holds?.(Date.parse(String(fields.created))),
          )
          const found = searchAll(context, jql, 'Etc/UTC').map(({ record }) => record.id)
          expect(found.toSorted()).toEqual(expected.map(({ id }) => id).sort())
        },
      ),
      { numRuns: 60 },
    )
  })

  it('pages cover the whole answer once, for every page size and order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.array(
          fc.tuple(
            fc.constantFrom('created', 'updated', 'key', 'status', 'issuetype', 'id'),
            fc.constantFrom('asc', 'desc', ''),
          ),
          { maxLength: 4 },
        ),
        (size, order) => {
          const jql = `project in (PAY, OPS)${order.length > 0 ? ` ORDER BY ${order.map((part) => part.join(' ')).join(', ')}` : ''}`
          const found: string[] = []
          let token: string | undefined
          do {
            const page = searchPage(context, { jql, token, size, timeZone: 'Etc/UTC', reconcile: [] })
            found.push(...page.issues.map(({ record }) => record.id))
            token = page.nextPageToken
          } while (token !== undefined)
          expect(found).toEqual(searchAll(context, jql, 'Etc/UTC').map(({ record }) => record.id))
          expect(new Set(found).size).toBe(site.issues.size)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads written dates in any time zone, across the changes of its clocks', () => {
    const at = (text: string, zone: string) => new Date(jqlDateMs({ text, quoted: true }, zone, 0)).toISOString()

    expect(at('2026-03-29 01:30', 'Europe/Berlin')).toBe('2026-03-29T00:30:00.000Z')
    expect(at('2026-03-29 03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
    expect(at('2026/07/01', 'Pacific/Kiritimati')).toBe('2026-06-30T10:00:00.000Z')
    expect(at('2026-07-01 12:00', 'America/New_York')).toBe('2026-07-01T16:00:00.000Z')
    expect(jqlDateMs({ text: '-15m', quoted: false }, 'Etc/UTC', 1_000_000)).toBe(100_000)
  })

  it('refuses what it cannot parse instead of guessing', () => {
    for (const jql of [
      'project',
      'project =',
      'project in PAY',
      'project in (PAY',
      'project = PAY OR key = 1',
      'project = PAY order created',
      'project ~ x',
      'project = "PAY',
    ])
      expect(() => parseJql(jql), jql).toThrow(JiraRefusal)
  })
})
