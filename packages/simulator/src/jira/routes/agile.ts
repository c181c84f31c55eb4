import type { FastifyInstance } from 'fastify'
import type { JiraContext } from '../context.ts'
import { JiraRefusal } from '../errors.ts'
import type { JiraBoard, JiraSprint } from '../site.ts'
import { type JiraQuery, queryOf } from './request.ts'

type ByBoard = { Params: { boardId: string } }

/** Boards, their sprints and their configuration, the same on both kinds. */
export function agileRoutes(app: FastifyInstance, context: JiraContext): void {
  const { site } = context
  const self = (path: string) => `${site.baseUrl}/rest/agile/1.0${path}`
  app.get('/rest/agile/1.0/board', async (request) => {
    const query = queryOf(request)
    const [type, project] = [query.text('type'), query.text('projectKeyOrId')]
    const boards = site.boards.filter(
      (board) =>
        (!type || type.split(',').includes(board.type)) && (!project || projectMatches(context, board, project)),
    )
    return agilePage(
      boards.map((board) => boardValue(context, board, self(`/board/${board.id}`))),
      query,
    )
  })
  app.get<ByBoard>('/rest/agile/1.0/board/:boardId/sprint', async (request) => {
    const board = boardOf(context, request.params.boardId)
    if (board.type === 'kanban') throw new JiraRefusal(400, 'The board does not support sprints')
    const query = queryOf(request)
    const states = query.text('state')?.split(',')
    const sprints = site.sprints.filter(
      (sprint) => sprint.originBoardId === board.id && (states === undefined || states.includes(sprint.state)),
    )
    const order = ['closed', 'active', 'future']
    sprints.sort((left, right) => order.indexOf(left.state) - order.indexOf(right.state) || left.id - right.id)
    return agilePage(
      sprints.map((sprint) => sprintValue(sprint, self(`/sprint/${sprint.id}`))),
      query,
    )
  })
  app.get<ByBoard>('/rest/agile/1.0/board/:boardId/configuration', async (request) =>
    configuration(context, boardOf(context, request.params.boardId), self),
  )
  app.get<{ Params: { sprintId: string } }>('/rest/agile/1.0/sprint/:sprintId', async (request) => {
    const sprint = site.sprints.find(({ id }) => String(id) === request.params.sprintId)
    if (sprint === undefined)
      throw new JiraRefusal(404, 'Sprint does not exist or you do not have permission to view it.')
    return sprintValue(sprint, self(`/sprint/${sprint.id}`))
  })
}

function projectMatches({ site }: JiraContext, board: JiraBoard, keyOrId: string): boolean {
  return board.projectKey === keyOrId || site.projects.some(({ id, key }) => id === keyOrId && key === board.projectKey)
}

function boardOf({ site }: JiraContext, boardId: string): JiraBoard {
  const board = site.boards.find(({ id }) => String(id) === boardId)
  if (board === undefined)
    throw new JiraRefusal(404, `Board ${boardId} does not exist or you do not have permission to view it.`)
  return board
}

function agilePage<T>(list: readonly T[], query: JiraQuery) {
  const startAt = query.integer('startAt', 0)
  const maxResults = Math.min(query.integer('maxResults', 50), 50)
  const values = list.slice(startAt, startAt + maxResults)
  return { maxResults, startAt, total: list.length, isLast: startAt + values.length >= list.length, values }
}

function boardValue({ site }: JiraContext, board: JiraBoard, self: string) {
  const project = site.projects.find(({ key }) => key === board.projectKey)
  const location =
    site.kind === 'dc' || project === undefined
      ? {}
      : {
          location: {
            projectId: Number(project.id),
            displayName: `${project.name} (${project.key})`,
            projectName: project.name,
            projectKey: project.key,
            projectTypeKey: 'software',
            name: `${project.name} (${project.key})`,
          },
        }
  return { id: board.id, self, name: board.name, type: board.type, ...location }
}

function sprintValue(sprint: JiraSprint, self: string) {
  const { id, name, state, startDate, endDate, completeDate, originBoardId, goal } = sprint
  const dates = { startDate, endDate, completeDate }
  return {
    id,
    self,
    state,
    name,
    ...Object.fromEntries(Object.entries(dates).filter(([, date]) => date !== null)),
    originBoardId,
    goal: goal ?? '',
  }
}

function configuration({ site }: JiraContext, board: JiraBoard, self: (path: string) => string) {
  const { estimationFieldId } = board
  const displayName = site.fields.find(({ id }) => id === estimationFieldId)?.name
  return {
    id: board.id,
    name: board.name,
    type: board.type,
    self: self(`/board/${board.id}/configuration`),
    filter: { id: String(board.id + 10_000), self: `${site.baseUrl}/rest/api/2/filter/${board.id + 10_000}` },
    columnConfig: {
      columns: board.columns.map(({ name, statusIds }) => ({
        name,
        statuses: statusIds.map((id) => ({ id, self: `${site.baseUrl}/rest/api/2/status/${id}` })),
      })),
      constraintType: 'none',
    },
    ...(board.type === 'kanban' || estimationFieldId === null
      ? {}
      : { estimation: { type: 'field', field: { fieldId: estimationFieldId, displayName } } }),
    ranking: { rankCustomFieldId: 10_019 },
  }
}
