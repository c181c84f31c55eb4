import type { FastifyReply, FastifyRequest } from 'fastify'

const emptyAnswers: readonly [path: RegExp, answer: unknown][] = [
  [/\/search\/jql/, { issues: [], isLast: true }],
  [/\/search\/approximate-count/, { count: 0 }],
  [/\/issue\/bulkfetch/, { expand: 'schema,names', issues: [], issueErrors: [] }],
  [/\/changelog\/bulkfetch/, { issueChangeLogs: [] }],
  [/\/project\/search/, { maxResults: 50, startAt: 0, total: 0, isLast: true, values: [] }],
  [/\/worklog\/(updated|deleted)/, { values: [], since: 0, until: 0, lastPage: true }],
  [/\/rest\/agile\/1\.0\/board/, { maxResults: 50, startAt: 0, total: 0, isLast: true, values: [] }],
  [/\/(status|field|issuetype|priority|project|users\/search|worklog\/list)(\?|$)/, []],
]

/** What a visitor without an account sees on Cloud: success, and nothing in it. Only the person's own page is refused. */
export function anonymousAnswer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = emptyAnswers.find(([path]) => path.test(request.url))?.[1]
  if (answer !== undefined) return reply.send(answer)
  if (request.url.includes('/myself'))
    return reply
      .code(401)
      .send({ message: 'Client must be authenticated to access this resource.', 'status-code': 401 })
  const message = 'Issue does not exist or you do not have permission to see it.'
  return reply.code(404).send({ errorMessages: [message], errors: {} })
}
