import { findTeam, inTransaction, listTeams, putTeam, type Team, writeAudit } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { dateSchema, idParams, nameSchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { type FieldProblem, notFound, ProblemError } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

const part = z.string().trim().min(1).max(200)

const teamBody = z.strictObject({
  name: nameSchema,
  target: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .meta({ description: 'Strategic share to aim at; default the organisation’s' }),
  sources: z
    .array(
      z.strictObject({
        connectionId: z.uuid(),
        project: part.nullish().meta({ description: 'Key' }),
        trackerTeam: part.nullish().meta({ description: 'Key' }),
        label: part.nullish(),
      }),
    )
    .max(200)
    .meta({ description: 'Which tickets are the team’s; every given part must match' }),
  members: z
    .array(z.strictObject({ personId: z.uuid(), from: dateSchema, to: dateSchema.nullish() }))
    .max(1000)
    .refine((members) => members.every((m) => !m.to || m.from <= m.to), { error: 'from must not be after to' })
    .refine((members) => new Set(members.map((m) => `${m.personId} ${m.from}`)).size === members.length, {
      error: 'must not hold a person twice from the same day',
    })
    .default([])
    .meta({ description: 'Without any, people belong where most of their effort goes' }),
})

const teamSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    target: z.number().nullable(),
    origin: z.enum(['suggested', 'edited']),
    sources: z.array(
      z.object({
        connectionId: z.uuid(),
        project: z.string().nullable(),
        trackerTeam: z.string().nullable(),
        label: z.string().nullable(),
      }),
    ),
    members: z.array(z.object({ personId: z.uuid(), from: z.string(), to: z.string().nullable() })),
  })
  .meta({ id: 'Team' })

/** `/v1/teams`: which tickets and people make a team. */
export function teamRoutes(app: ApiApp, deps: ApiDeps): void {
  const { store } = deps
  app.get(
    '/teams',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['teams'],
        summary: 'Teams by name',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(teamSchema) },
      },
    },
    async (request) => {
      const page = await readPage<Team, { name: string; id: string }>({
        query: request.query,
        place: z.object({ name: z.string(), id: z.uuid() }),
        placeOf: ({ name, id }) => ({ name, id }),
        read: (limit, after) => listTeams(store.db, { limit, after }),
      })
      return { ...page, data: page.data.map(toTeamView) }
    },
  )
  app.get(
    '/teams/:id',
    {
      config: { scopes: ['read'] },
      schema: { tags: ['teams'], summary: 'One team', params: idParams, response: { 200: teamSchema } },
    },
    async (request) => teamOf(deps, request.params.id),
  )
  putRoute(app, deps)
}

function putRoute(app: ApiApp, deps: ApiDeps): void {
  app.put(
    '/teams/:id',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['teams'],
        summary: 'Make a team what is given, or create it; its past is measured anew',
        params: idParams,
        body: teamBody,
        response: { 200: teamSchema, 201: teamSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const result = await inTransaction(deps.store, async (tx) => {
        const put = await putTeam(tx, toTeam(id, request.body))
        if (put.kind === 'unknown') throw unknownReferences(put)
        await writeAudit(tx, { actor: actorOf(request), action: 'team.put', target: id, detail: request.body })
        return put
      })
      await wakeStage(deps, 'measure', {})
      return reply.code(result.kind === 'created' ? 201 : 200).send(await teamOf(deps, id))
    },
  )
}

function toTeam(id: string, body: z.infer<typeof teamBody>): Omit<Team, 'origin'> {
  return {
    id,
    name: body.name,
    target: body.target ?? null,
    sources: body.sources.map(({ connectionId, project = null, trackerTeam = null, label = null }) => ({
      connectionId,
      project,
      trackerTeam,
      label,
    })),
    members: body.members.map(({ personId, from, to = null }) => ({ personId, from, to })),
  }
}

async function teamOf({ store }: ApiDeps, id: string): Promise<z.infer<typeof teamSchema>> {
  const team = await findTeam(store.db, id)
  if (!team) throw notFound('team', id)
  return toTeamView(team)
}

function toTeamView({ sources, members, ...team }: Team): z.infer<typeof teamSchema> {
  return { ...team, sources: [...sources], members: [...members] }
}

function unknownReferences(unknown: { connectionIds: readonly string[]; personIds: readonly string[] }): ProblemError {
  const errors: FieldProblem[] = [
    ...unknown.connectionIds.map((id) => ({ field: 'sources.connectionId', message: `there is no connection ${id}` })),
    ...unknown.personIds.map((id) => ({ field: 'members.personId', message: `there is no person ${id}` })),
  ]
  return new ProblemError('invalid-request', errors.map((e) => `${e.field}: ${e.message}`).join('; '), { errors })
}
