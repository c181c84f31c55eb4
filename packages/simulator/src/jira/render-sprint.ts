import type { JiraContext } from './context.ts'
import type { JiraSite, JiraSprint } from './site.ts'

export const customFieldTypes = {
  sprint: 'com.pyxis.greenhopper.jira:gh-sprint',
  epicLink: 'com.pyxis.greenhopper.jira:gh-epic-link',
  float: 'com.atlassian.jira.plugin.system.customfieldtypes:float',
  textarea: 'com.atlassian.jira.plugin.system.customfieldtypes:textarea',
} as const

/** The id of the site's custom field of a type; undefined when it has none. */
export function customFieldId(site: JiraSite, type: string): string | undefined {
  return site.fields.find((field) => field.schema?.custom === type)?.id
}

/** A sprint field's value: ids become objects (Cloud) or Java's toString texts (Data Center); anything else stays. */
export function renderSprintField({ site }: JiraContext, value: unknown): unknown {
  if (!Array.isArray(value)) return value
  if (value.length === 0) return null
  return value.map((entry) => {
    const sprint = typeof entry === 'number' ? site.sprints.find((candidate) => candidate.id === entry) : undefined
    if (sprint === undefined) return entry
    return site.kind === 'cloud' ? cloudSprint(sprint) : sprintText(sprint)
  })
}

function cloudSprint(sprint: JiraSprint) {
  const { id, name, state, originBoardId, goal, startDate, endDate, completeDate } = sprint
  return {
    id,
    name,
    state,
    boardId: originBoardId,
    goal: goal ?? '',
    ...(startDate === null ? {} : { startDate }),
    ...(endDate === null ? {} : { endDate }),
    ...(completeDate === null ? {} : { completeDate }),
  }
}

function sprintText(sprint: JiraSprint): string {
  const shown = (value: string | null) => value ?? '<null>'
  const hash = (sprint.id * 2654435761).toString(16).slice(-7)
  return (
    `com.atlassian.greenhopper.service.sprint.Sprint@${hash}[id=${sprint.id},rapidViewId=${sprint.originBoardId},` +
    `state=${sprint.state.toUpperCase()},name=${sprint.name},startDate=${shown(sprint.startDate)},` +
    `endDate=${shown(sprint.endDate)},completeDate=${shown(sprint.completeDate)},activatedDate=${shown(sprint.startDate)},` +
    `sequence=${sprint.id},goal=${sprint.goal ?? ''},synced=false,autoStartStop=false,incompleteIssuesDestinationId=<null>]`
  )
}
