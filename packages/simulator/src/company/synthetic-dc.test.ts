import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { syntheticDcIssues } from './synthetic-dc.ts'

interface RawIssue {
  readonly key: string
  readonly fields: { readonly project: { readonly key: string } }
  readonly changelog?: {
    readonly total: number
    readonly histories: { items: { field: string; from: string | null; to: string | null }[] }[]
  }
}

const lines = readFileSync(new URL('../../samples/synthetic-dc.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const issues = lines.map((line) => JSON.parse(line) as RawIssue)
const items = (issue: RawIssue, field: string) =>
  (issue.changelog?.histories ?? []).flatMap((history) => history.items).filter((item) => item.field === field)

describe('the synthetic Data Center sample', () => {
  it('is what its script writes', () => {
    expect(lines).toEqual(syntheticDcIssues().map((issue) => JSON.stringify(issue)))
  })

  it('has complete histories and each odd case', () => {
    const listed = new Set(
      issues.map((issue) => JSON.stringify((issue.fields as unknown as { status: { id: string } }).status.id)),
    )

    expect(issues.length).toBeGreaterThan(35)
    expect(
      issues.every((issue) => !issue.changelog || issue.changelog.total === issue.changelog.histories.length),
    ).toBe(true)
    expect(issues.filter((issue) => !issue.changelog).length).toBeGreaterThan(0)
    expect(issues.filter((issue) => items(issue, 'assignee').length > 1).length).toBeGreaterThan(2)
    expect(
      issues.filter((issue) => items(issue, 'resolution').some((item) => item.to === null)).length,
    ).toBeGreaterThan(0)
    expect(issues.filter((issue) => items(issue, 'Key').length > 0).map((issue) => issue.fields.project.key)).toEqual([
      'PLAT',
    ])
    expect(issues.filter((issue) => items(issue, 'status').some((item) => item.to === '10999'))).toHaveLength(1)
    expect(listed.has('"10999"')).toBe(false)
  })
})
