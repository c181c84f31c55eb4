import type { FastifyInstance } from 'fastify'
import { callerOf } from '../authentication.ts'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import type { JiraProject, JiraSite } from '../site.ts'
import { jiraIssueTypeValue, jiraPriorityValue, jiraProjectValue, jiraStatusValue, jiraUserValue } from '../values.ts'
import { pageBean, queryOf } from './request.ts'

/** The small tables, the site itself, and people. */
export function referenceRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  const { site } = context
  app.get(`${prefix}/myself`, async (request) => {
    const { user } = callerOf(request)
    return { ...jiraUserValue(site, user), timeZone: user.timeZone ?? 'Etc/UTC', locale: 'en_US' }
  })
  app.get(`${prefix}/serverInfo`, async () => serverInfo(context))
  app.get(`${prefix}/status`, async () => site.statuses.map((status) => jiraStatusValue(site, status)))
  app.get(`${prefix}/field`, async () => site.fields.map((field) => ({ key: field.id, ...fieldFlags, ...field })))
  app.get(`${prefix}/issuetype`, async () => site.issueTypes.map((type) => jiraIssueTypeValue(site, type)))
  app.get(`${prefix}/priority`, async () => site.priorities.map((priority) => jiraPriorityValue(site, priority)))
  app.get(`${prefix}/project`, async () => liveProjects(site).map((project) => jiraProjectValue(site, project)))
  if (site.kind === 'cloud') cloudReferenceRoutes(app, context, prefix)
  else dcReferenceRoutes(app, context, prefix)
}

function liveProjects({ projects }: JiraSite): JiraProject[] {
  return projects.filter(({ state }) => state === undefined)
}

const fieldFlags = { orderable: true, navigable: true, searchable: true, clauseNames: [] }

function cloudReferenceRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  const { site } = context
  app.get(`${prefix}/project/search`, async (request) => {
    const query = queryOf(request)
    const keys = new Set(query.all('keys'))
    const asked = query.integer('maxResults', 50)
    const projects = liveProjects(site).filter((project) => keys.size === 0 || keys.has(project.key))
    const values = projects.map((project) => ({
      ...jiraProjectValue(site, project),
      style: project.style,
      isPrivate: false,
    }))
    // More than 100 silently means the default.
    return pageBean(values, query.integer('startAt', 0), asked > 100 ? 50 : asked, `${context.address()}${request.url}`)
  })
  app.get(`${prefix}/users/search`, async (request) => {
    const query = queryOf(request)
    const startAt = query.integer('startAt', 0)
    const users = site.users.slice(startAt, startAt + Math.min(query.integer('maxResults', 50), 1000))
    return users.map((user) => jiraUserValue(site, user))
  })
  app.get(`${prefix}/user`, async (request) => {
    const user = context.userByKey(queryOf(request).text('accountId') ?? '')
    if (user === undefined)
      throw new JiraRefusal(404, 'Specified user does not exist or you do not have required permissions')
    return jiraUserValue(site, user)
  })
}

function dcReferenceRoutes(app: FastifyInstance, context: JiraContext, prefix: string): void {
  const { site } = context
  app.get(`${prefix}/user`, async (request) => {
    const query = queryOf(request)
    const [key, name] = [query.text('key'), query.text('username')]
    const user = site.users.find((candidate) => candidate.key === key || candidate.name === name)
    if (user === undefined) throw new JiraRefusal(404, `The user named '${name ?? key}' does not exist`)
    return jiraUserValue(site, user)
  })
  app.get(`${prefix}/user/search`, async (request) => {
    const query = queryOf(request)
    const wanted = query.text('username') ?? ''
    const inactive = query.text('includeInactive') === 'true'
    const startAt = query.integer('startAt', 0)
    return site.users
      .filter((user) => (user.active || inactive) && (wanted === '.' || user.name.includes(wanted)))
      .slice(startAt, startAt + Math.min(query.integer('maxResults', 50), 1000))
      .map((user) => jiraUserValue(site, user))
  })
  app.get(`${prefix}/index/summary`, async () => {
    const count = [...site.issues.values()].filter((issue) => !issue.deleted).length
    return { nodeId: 'simulator', issueIndex: { indexReadable: true, countInDatabase: count, countInIndex: count } }
  })
}

function serverInfo({ site }: JiraContext) {
  const [version, versionNumbers] =
    site.kind === 'cloud' ? ['1001.0.0-SNAPSHOT', [1001, 0, 0]] : ['10.3.24', [10, 3, 24]]
  return {
    baseUrl: site.baseUrl,
    version,
    versionNumbers,
    deploymentType: site.kind === 'cloud' ? 'Cloud' : 'Server',
    buildNumber: 100_300,
    serverTime: new Date(site.serverTime()).toISOString().replace('Z', '+0000'),
    serverTitle: 'Jira',
  }
}
