import { describe, expect, it } from 'vitest'
import type { JiraHistoryItem } from '../jira/site.ts'
import { generateCompany } from './company.ts'
import { toJiraSite } from './to-jira-site.ts'
import { toLinearWorkspace } from './to-linear-workspace.ts'

const until = Date.parse('2026-11-20T17:30:00Z')
const company = generateCompany({ seed: 'trackers', until, months: 4 })
const site = toJiraSite(company)
const workspace = toLinearWorkspace(company)

describe('toJiraSite', () => {
  it('holds the tickets of the Jira teams, and Linear the others', () => {
    expect(site.issues.size + workspace.issues.size).toBe(company.tickets.length)
    expect(site.projects.map((project) => project.key)).toEqual(['BOOK', 'TRK', 'BIL', 'PLAT'])
    expect(workspace.teams.map((team) => team.key)).toEqual(['CAR', 'MOB', 'INS'])
  })

  it('has histories in which each value before is the value after of the one before, and the last is the present one', () => {
    for (const issue of site.issues.values()) {
      const last = new Map<string, JiraHistoryItem>()
      for (const item of issue.histories.flatMap((history) => history.items)) {
        const before = last.get(item.field)
        if (before && !['Link', 'Rank'].includes(item.field))
          expect([item.from, item.fromString], `${issue.key} ${item.field}`).toEqual([before.to, before.toString])
        last.set(item.field, item)
      }
      expect(last.get('status')?.to ?? partOf(issue.fields.status, 'id')).toBe(partOf(issue.fields.status, 'id'))
      expect(last.has('assignee') ? last.get('assignee')?.to : partOf(issue.fields.assignee, 'accountId')).toBe(
        partOf(issue.fields.assignee, 'accountId'),
      )
      expect(last.get('summary')?.toString ?? issue.fields.summary).toBe(issue.fields.summary)
      expect(last.get('description')?.toString ?? '').toBe(
        last.has('description') ? (issue.fields.description ?? '') : '',
      )
      if (last.has('Sprint'))
        expect(last.get('Sprint')?.to).toBe((issue.fields.customfield_10020 as number[]).join(', '))
      if (last.has('Story Points'))
        expect(last.get('Story Points')?.toString).toBe(String(issue.fields.customfield_10026))
    }
  })

  it('resolves an issue exactly when its status is a last one', () => {
    for (const { fields } of site.issues.values()) {
      const category = (fields.status as { statusCategory: { key: string } }).statusCategory.key
      expect(fields.resolution !== null).toBe(category === 'done')
    }
  })

  it('names each history, comment and worklog but once', () => {
    const ids = [...site.issues.values()].flatMap((issue) =>
      [...issue.histories, ...issue.comments, ...issue.worklogs].map((entry) => entry.id),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('keeps worklogs in one project alone, and about six histories an issue', () => {
    const issues = [...site.issues.values()]
    const logged = new Set(issues.filter((issue) => issue.worklogs.length > 0).map((issue) => issue.key.split('-')[0]))
    const mean = issues.reduce((sum, issue) => sum + issue.histories.length, 0) / issues.length

    expect([...logged]).toEqual(['BIL'])
    expect(mean).toBeGreaterThan(5)
    expect(mean).toBeLessThan(8)
  })

  it('speaks of users by key on Data Center and by account id on Cloud', () => {
    const dc = toJiraSite(company, { kind: 'dc' })
    expect(dc.users[0]?.key).toMatch(/^JIRAUSER\d+$/)
    expect(site.users[0]?.key).toMatch(/^5f[0-9a-f]{22}$/)
  })
})

describe('toLinearWorkspace', () => {
  it('has histories in which each id before is the id after of the row before, and the last is the present one', () => {
    const fields = ['State', 'Assignee', 'Cycle', 'Estimate', 'Priority'] as const
    const present = {
      State: 'stateId',
      Assignee: 'assigneeId',
      Cycle: 'cycleId',
      Estimate: 'estimate',
      Priority: 'priority',
    } as const
    for (const issue of workspace.issues.values()) {
      for (const field of fields) {
        const suffix = ['Estimate', 'Priority'].includes(field) ? '' : 'Id'
        const rows = issue.history
          .map((row) => row as unknown as Record<string, unknown>)
          .filter((row) => `to${field}${suffix}` in row)
        rows.forEach((row, i) => {
          if (i > 0) expect(row[`from${field}${suffix}`]).toBe(rows[i - 1]?.[`to${field}${suffix}`])
        })
        if (rows.length > 0) expect(rows.at(-1)?.[`to${field}${suffix}`]).toBe(issue[present[field]])
      }
    }
  })

  it('leaves no row for the first three minutes', () => {
    for (const issue of workspace.issues.values()) {
      const first = issue.history[0]
      if (first) expect(Date.parse(first.createdAt) - Date.parse(issue.createdAt)).toBeGreaterThanOrEqual(180_000)
    }
  })

  it('points only to states, users, cycles, projects and labels that it has, each of the issue’s own team', () => {
    const states = new Map(workspace.states.map((state) => [state.id, state.teamId]))
    const cycles = new Map(workspace.cycles.map((cycle) => [cycle.id, cycle.teamId]))
    const users = new Set(workspace.users.map((user) => user.id))
    const labels = new Set(workspace.labels.map((label) => label.id))
    const projects = new Set(workspace.projects.map((project) => project.id))
    for (const issue of workspace.issues.values()) {
      expect(states.get(issue.stateId)).toBe(issue.teamId)
      if (issue.cycleId !== null) expect(cycles.get(issue.cycleId)).toBe(issue.teamId)
      if (issue.assigneeId !== null) expect(users).toContain(issue.assigneeId)
      if (issue.projectId !== null) expect(projects).toContain(issue.projectId)
      if (issue.parentId !== null) expect(workspace.issues.has(issue.parentId)).toBe(true)
      expect(issue.labelIds.every((label) => labels.has(label))).toBe(true)
    }
  })
})

function partOf(value: unknown, key: string): unknown {
  return value === null ? null : (value as Record<string, unknown>)[key]
}
