import { reportPage, reportPagePolicy } from '@headroom/reports'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { hasScope } from '../authentication.ts'
import { ProblemError } from '../problem.ts'
import { readReport } from '../report-reading.ts'
import { escaped, plainPage, plainPagePolicy } from './plain-page.ts'
import { generatedBy, reportLinks } from './report-links.ts'

const query = z.object({ period: z.string().optional(), team: z.string().optional() })

/** `/` and `/report`: the leadership report for people. */
export function reportPages(app: FastifyInstance, deps: ApiDeps): void {
  for (const path of ['/', '/report'])
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      if (!request.caller) return reply.redirect(`/sign-in?${new URLSearchParams({ next: request.url })}`, 303)
      if (!hasScope(request, 'read')) return sendWords(reply.code(403), 'This key may not read reports.')
      return sendReport(deps, request, reply)
    })
}

async function sendReport(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const report = await readReport(deps, request, query.safeParse(request.query).data ?? {})
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', `${reportPagePolicy}; frame-ancestors 'none'`)
      .header('cache-control', 'private, no-cache')
      .send(reportPage(report, { links: reportLinks(report), generatedBy }))
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return sendWords(reply.code(error.problem.status), error.problem.detail)
  }
}

function sendWords(reply: FastifyReply, words: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', plainPagePolicy)
    .send(
      plainPage(
        'Headroom',
        `<p>${escaped(words)}</p><p><a href="/report">The report of the last complete quarter</a></p>`,
      ),
    )
}
