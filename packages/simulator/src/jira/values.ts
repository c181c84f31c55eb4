import type {
  JiraIssueRecord,
  JiraIssueType,
  JiraPriority,
  JiraProject,
  JiraSite,
  JiraStatus,
  JiraUser,
} from './site.ts'

/** REST v2 JSON of values that stand in an issue's fields. `self` links use the site's `baseUrl`. */

const categories = {
  undefined: { id: 1, key: 'undefined', colorName: 'medium-gray', name: 'No Category' },
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
} as const

/** A status as it stands in `fields.status` and in `GET /status`. */
export function jiraStatusValue(site: JiraSite, status: JiraStatus): Record<string, unknown> {
  const category = categories[status.category]
  return {
    self: `${site.baseUrl}/rest/api/2/status/${status.id}`,
    description: '',
    iconUrl: `${site.baseUrl}/images/icons/statuses/generic.png`,
    name: status.name,
    id: status.id,
    statusCategory: { self: `${site.baseUrl}/rest/api/2/statuscategory/${category.id}`, ...category },
  }
}

/** A user as it stands in `assignee`, `reporter`, authors: accountId on Cloud, key and name on Data Center. */
export function jiraUserValue(site: Pick<JiraSite, 'kind' | 'baseUrl'>, user: JiraUser): Record<string, unknown> {
  if (site.kind === 'dc') {
    return {
      self: `${site.baseUrl}/rest/api/2/user?username=${encodeURIComponent(user.name)}`,
      name: user.name,
      key: user.key,
      ...(user.emailAddress === null ? {} : { emailAddress: user.emailAddress }),
      displayName: user.displayName,
      active: user.active,
      ...(user.timeZone === null ? {} : { timeZone: user.timeZone }),
    }
  }
  return {
    self: `${site.baseUrl}/rest/api/2/user?accountId=${encodeURIComponent(user.key)}`,
    accountId: user.key,
    ...(user.emailAddress === null ? {} : { emailAddress: user.emailAddress }),
    displayName: user.displayName,
    active: user.active,
    ...(user.timeZone === null ? {} : { timeZone: user.timeZone }),
    accountType: user.accountType,
  }
}

/** An issue type as it stands in `fields.issuetype`. */
export function jiraIssueTypeValue(site: JiraSite, type: JiraIssueType): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/2/issuetype/${type.id}`,
    id: type.id,
    description: '',
    iconUrl: `${site.baseUrl}/images/icons/issuetypes/${type.subtask ? 'subtask' : 'story'}.png`,
    name: type.name,
    subtask: type.subtask,
    ...(site.kind === 'cloud' ? { hierarchyLevel: type.hierarchyLevel } : {}),
  }
}

/** A priority as it stands in `fields.priority`. */
export function jiraPriorityValue(site: JiraSite, priority: JiraPriority): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/2/priority/${priority.id}`,
    iconUrl: `${site.baseUrl}/images/icons/priorities/medium.svg`,
    name: priority.name,
    id: priority.id,
  }
}

/** A project as it stands in `fields.project`. */
export function jiraProjectValue(site: JiraSite, project: JiraProject): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/2/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    ...(site.kind === 'cloud' ? { simplified: project.style === 'next-gen' } : {}),
  }
}

/** A Cloud `fields.parent` (and a Data Center sub-task's): the short form of another issue. */
export function jiraParentValue(site: JiraSite, parent: JiraIssueRecord): Record<string, unknown> {
  const { summary, status, priority, issuetype } = parent.fields
  return {
    id: parent.id,
    key: parent.key,
    self: `${site.baseUrl}/rest/api/2/issue/${parent.id}`,
    fields: { summary, status, priority, issuetype },
  }
}
