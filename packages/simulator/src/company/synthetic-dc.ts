import { defaultJiraLimits, type JiraContext, userDirectory } from '../jira/context.ts'
import { editJiraIssue } from '../jira/edit.ts'
import { renderIssue } from '../jira/render-issue.ts'
import { createSearchIndex } from '../jira/search-index.ts'
import type { JiraIssueRecord, JiraSite } from '../jira/site.ts'
import { generateCompany } from './company.ts'
import { defaultTeams } from './teams.ts'
import { toJiraSite } from './to-jira-site.ts'

/**
 * About forty issues as a Data Center shows them in REST v2 with `expand=changelog`, the odd cases among them: several
 * assignees, reopened, sub-tasks, epics, never moved, moved to another project, a status that the site no longer lists,
 * two without a changelog.
 */
export function syntheticDcIssues(): Record<string, unknown>[] {
  const until = Date.parse('2026-09-30T16:00:00Z')
  const site = toJiraSite(
    generateCompany({ seed: 'synthetic-dc', until, months: 3, teams: defaultTeams.slice(0, 4) }),
    { kind: 'dc' },
  )
  site.baseUrl = 'https://jira.larkspur.example'
  const chosen = chooseIssues([...site.issues.values()])
  const [moved, retired] = chosen.filter((issue) => issue.key.startsWith('BOOK-') && issue.histories.length > 3)
  if (moved) editJiraIssue(site, moved.id, { project: 'PLAT', status: 'Backlog' }, site.users[0]?.key ?? null)
  if (retired) retireStatus(retired)
  const context = dcContext(site)
  return chosen.map((issue, i) => {
    const body = renderIssue(context, issue, { version: 2, selection: () => true, changelog: i % 20 !== 7 })
    return { ...body, self: `${site.baseUrl}/rest/api/2/issue/${issue.id}` }
  })
}

/** A few of each kind and a plain rest, in order of creation, each but once. */
function chooseIssues(issues: readonly JiraIssueRecord[]): JiraIssueRecord[] {
  const kinds: readonly (readonly [number, (issue: JiraIssueRecord) => boolean])[] = [
    [5, (issue) => changesOf(issue, 'assignee').length > 1],
    [4, (issue) => changesOf(issue, 'resolution').some((item) => item.to === null)],
    [4, (issue) => (issue.fields.issuetype as { subtask?: boolean }).subtask === true],
    [3, (issue) => (issue.fields.issuetype as { name?: string }).name === 'Epic'],
    [3, (issue) => issue.histories.length === 0],
    [3, (issue) => issue.worklogs.length > 0],
    [3, (issue) => changesOf(issue, 'Sprint').length > 1],
    [16, (issue) => issue.histories.length > 3],
  ]
  const chosen = new Set<JiraIssueRecord>()
  for (const [count, fits] of kinds) {
    for (const issue of issues.filter((candidate) => !chosen.has(candidate) && fits(candidate)).slice(5, 5 + count))
      chosen.add(issue)
  }
  return [...chosen].sort((a, b) => Number(a.id) - Number(b.id))
}

function changesOf(issue: JiraIssueRecord, field: string) {
  return issue.histories.flatMap((history) => history.items).filter((item) => item.field === field)
}

/** The history names a status of a workflow that is no longer in use, which Jira then leaves out of its list. */
function retireStatus(issue: JiraIssueRecord): void {
  const [first, second] = changesOf(issue, 'status')
  if (!first || !second) throw new Error('The sample needs an issue with two moves.')
  Object.assign(first, { to: '10999', toString: 'Desk Check' })
  Object.assign(second, { from: '10999', fromString: 'Desk Check' })
}

function dcContext(site: JiraSite): JiraContext {
  return {
    site,
    limits: defaultJiraLimits,
    index: createSearchIndex(site, { indexLagMs: 0, indexFlapEvery: 0 }),
    address: () => site.baseUrl,
    userByKey: userDirectory(site),
  }
}
