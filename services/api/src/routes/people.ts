import { mergeReasons } from '@headroom/domain'
import {
  findPerson,
  inTransaction,
  listPeople,
  type MoveAccountsResult,
  type PersonView,
  readCalendars,
  updatePerson,
  writeAudit,
} from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { dateSchema, idParams, nameSchema, timeZoneSchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { withSuggestions } from '../person-view.ts'
import { invalidField, notFound } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

const personSchema = z
  .object({
    id: z.uuid(),
    displayName: z.string(),
    kind: z.enum(['human', 'bot']),
    accounts: z.array(
      z.object({
        connectionId: z.uuid(),
        accountId: z.string(),
        displayName: z.string(),
        email: z.string().nullable(),
        active: z.boolean(),
      }),
    ),
    calendarId: z.string().nullable(),
    timeZone: z.string().nullable(),
    fte: z.number(),
    absences: z.array(z.object({ from: z.string(), to: z.string(), fraction: z.number() })),
    mergeSuggestions: z
      .array(
        z.object({
          personId: z.uuid(),
          displayName: z.string(),
          reason: z.enum(mergeReasons).meta({ description: 'The strongest of the reasons' }),
          score: z.number().meta({ description: '0 to 1, for the order; no probability' }),
        }),
      )
      .meta({ description: 'Who may be the same human, best first. Confirm one by giving this person their accounts' }),
  })
  .meta({ id: 'Person' })

const personChanges = z.strictObject({
  displayName: nameSchema.optional(),
  kind: z.enum(['human', 'bot']).optional(),
  accounts: z
    .array(z.strictObject({ connectionId: z.uuid(), accountId: z.string().min(1).max(300) }))
    .max(50)
    .optional()
    .meta({
      description:
        'The accounts of this person. Named ones leave whoever had them; those not named go back to where they came from. A list that names none of the person’s accounts only adds. No later sync moves an account that was moved here',
    }),
  calendarId: z.string().nullable().optional(),
  timeZone: timeZoneSchema.nullable().optional(),
  fte: z.number().gt(0).max(1).optional(),
  absences: z
    .array(z.strictObject({ from: dateSchema, to: dateSchema, fraction: z.number().gt(0).max(1).default(1) }))
    .max(1000)
    .refine((absences) => absences.every((a) => a.from <= a.to), { error: 'from must not be after to' })
    .optional()
    .meta({ description: 'In place of all earlier ones' }),
})

/** `/v1/people`: who is who over the trackers, and when they work. Nothing here says what anybody did. */
export function peopleRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/people',
    {
      config: { scopes: ['people'] },
      schema: {
        tags: ['teams'],
        summary: 'People by name',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(personSchema) },
      },
    },
    async (request) => {
      await writeAudit(deps.store.db, { actor: actorOf(request), action: 'people.read', target: 'all' })
      const page = await readPage<PersonView, { name: string; id: string }>({
        query: request.query,
        place: z.object({ name: z.string(), id: z.uuid() }),
        placeOf: ({ displayName, id }) => ({ name: displayName, id }),
        read: (limit, after) => listPeople(deps.store.db, { limit, after }),
      })
      return { ...page, data: await withSuggestions(deps.store.db, page.data) }
    },
  )
  app.patch(
    '/people/:id',
    {
      config: { scopes: ['people', 'write'] },
      schema: {
        tags: ['teams'],
        summary: 'Change when a person works, or merge accounts into them',
        params: idParams,
        body: personChanges,
        response: { 200: personSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      await checkReferences(deps, id, request.body)
      await inTransaction(deps.store, async (tx) => {
        const changed = await updatePerson(tx, id, request.body)
        if (changed.kind !== 'moved') throw unmovable(changed)
        const fields = Object.keys(request.body)
        const detail = changed.moves.length > 0 ? { fields, moves: changed.moves } : { fields }
        await writeAudit(tx, { actor: actorOf(request), action: 'person.change', target: id, detail })
      })
      await wakeStage(deps, 'measure', {})
      return personOf(deps, id)
    },
  )
}

function unmovable(result: Exclude<MoveAccountsResult, { kind: 'moved' }>): Error {
  if (result.kind === 'unknown-accounts') {
    const ids = result.accounts.map((account) => JSON.stringify(account.accountId)).join(', ')
    return invalidField(
      'accounts',
      `nobody has the account ${ids} in that connection; GET /v1/people lists those there are`,
    )
  }
  const { accountId } = result.account
  return invalidField(
    'accounts',
    `the person is made of the account ${JSON.stringify(accountId)}; leave it in, or give it to the other person instead`,
  )
}

async function checkReferences(deps: ApiDeps, id: string, changes: z.infer<typeof personChanges>): Promise<void> {
  await personOf(deps, id)
  const { calendarId } = changes
  if (calendarId && !(await readCalendars(deps.store.db)).some((c) => c.id === calendarId))
    throw invalidField('calendarId', `there is no calendar ${JSON.stringify(calendarId)}`)
}

async function personOf({ store }: ApiDeps, id: string): Promise<z.infer<typeof personSchema>> {
  const person = await findPerson(store.db, id)
  const [view] = person ? await withSuggestions(store.db, [person]) : []
  if (!view) throw notFound('person', id)
  return view
}
