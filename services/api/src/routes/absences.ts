import { addAbsences, inTransaction, writeAudit } from '@headroom/store'
import { z } from 'zod'
import { parseAbsenceCsv } from '../absence-csv.ts'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { ProblemError } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

/** `/v1/people/absences`: the absences of many people at once, as a spreadsheet or an HR system exports them. */
export function absenceRoutes(app: ApiApp, deps: ApiDeps): void {
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post(
    '/people/absences',
    {
      config: { scopes: ['people', 'write'] },
      schema: {
        tags: ['teams'],
        summary: 'Add absences from CSV with the columns person (id or e-mail), from, to and fraction',
        consumes: ['text/csv'],
        body: z.string().max(1_000_000),
        response: { 200: z.object({ added: z.int() }) },
      },
    },
    async (request) => {
      const absences = parseAbsenceCsv(request.body)
      await inTransaction(deps.store, async (tx) => {
        const { unknown } = await addAbsences(tx, absences)
        if (unknown.length > 0) throw unknownPeople(unknown)
        const detail = { count: absences.length }
        await writeAudit(tx, { actor: actorOf(request), action: 'absences.add', target: 'all', detail })
      })
      await wakeStage(deps, 'measure', {})
      return { added: absences.length }
    },
  )
}

function unknownPeople(people: readonly string[]): ProblemError {
  const errors = people.map((person) => ({ field: 'person', message: `there is no person ${JSON.stringify(person)}` }))
  return new ProblemError('invalid-request', errors.map((e) => `${e.field}: ${e.message}`).join('; '), { errors })
}
