import { randomUUID } from 'node:crypto'
import { lastCompletePeriod } from '@headroom/domain'
import { readDigest } from '@headroom/measures'
import { digestMail } from '@headroom/reports'
import {
  type DigestDelivery,
  type DigestSubscriptionRow,
  deleteDigestSubscription,
  digestDeliveryStates,
  digestSubscriptionStates,
  insertDigestSubscription,
  inTransaction,
  listDigestDeliveries,
  listDigestSubscriptions,
  writeAudit,
} from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf, hasScope } from '../authentication.ts'
import { idParams, timeZoneSchema } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { notFound } from '../problem.ts'
import { today } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const teams = z.array(z.string().max(200)).max(200).default([]).meta({ description: 'Ids or names; empty: all' })

const subscriptionSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    teams: z.array(z.string()),
    weekday: z.enum(weekdays),
    hour: z.int(),
    timeZone: z.string(),
    state: z.enum(digestSubscriptionStates),
    createdAt: z.date(),
  })
  .meta({ id: 'DigestSubscription' })

const deliverySchema = z
  .object({
    subscriptionId: z.uuid(),
    week: z.string(),
    state: z.enum(digestDeliveryStates),
    detail: z.string().nullable(),
  })
  .meta({ id: 'DigestDelivery' })

/** `/v1/digests`: who gets the weekly email, what it says, and what became of it. */
export function digestRoutes(app: ApiApp, deps: ApiDeps): void {
  listRoutes(app, deps)
  app.post(
    '/digests/subscriptions',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['digests'],
        summary: 'Subscribe an address; active at once with the scope admin, else pending',
        body: z.strictObject({
          email: z.email().max(320),
          teams,
          weekday: z.enum(weekdays).default('monday'),
          hour: z.int().min(0).max(23).default(8),
          timeZone: timeZoneSchema.default('UTC'),
        }),
        response: { 201: subscriptionSchema },
      },
    },
    async (request, reply) => {
      const { teams: asked, ...body } = request.body
      const id = randomUUID()
      const teamIds = await teamIdsOf(deps, asked)
      const state = hasScope(request, 'admin') ? 'active' : 'pending'
      const row = await inTransaction(deps.store, async (tx) => {
        await writeAudit(tx, { actor: actorOf(request), action: 'digest.subscribe', target: id, detail: { state } })
        return insertDigestSubscription(tx, { ...body, id, teamIds, state })
      })
      return reply.code(201).send(toSubscriptionView(row))
    },
  )
  app.delete(
    '/digests/subscriptions/:id',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['digests'],
        summary: 'End a subscription and forget its address',
        params: idParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await inTransaction(deps.store, async (tx) => {
        if (!(await deleteDigestSubscription(tx, id))) throw notFound('subscription', id)
        await writeAudit(tx, { actor: actorOf(request), action: 'digest.unsubscribe', target: id })
      })
      return reply.code(204).send(null)
    },
  )
  previewRoute(app, deps)
}

function listRoutes(app: ApiApp, { store }: ApiDeps): void {
  app.get(
    '/digests/subscriptions',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['digests'],
        summary: 'Who gets the weekly email',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(subscriptionSchema) },
      },
    },
    async (request) => {
      const page = await readPage<DigestSubscriptionRow, string>({
        query: request.query,
        place: z.uuid(),
        placeOf: (s) => s.id,
        read: (limit, after) => listDigestSubscriptions(store.db, { limit, after }),
      })
      return { ...page, data: page.data.map(toSubscriptionView) }
    },
  )
  app.get(
    '/digests/deliveries',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['digests'],
        summary: 'What became of the weekly emails, latest week first',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(deliverySchema) },
      },
    },
    (request) =>
      readPage<DigestDelivery, { week: string; subscriptionId: string }>({
        query: request.query,
        place: z.object({ week: z.string(), subscriptionId: z.uuid() }),
        placeOf: ({ week, subscriptionId }) => ({ week, subscriptionId }),
        read: (limit, after) => listDigestDeliveries(store.db, { limit, after }),
      }),
  )
}

function previewRoute(app: ApiApp, deps: ApiDeps): void {
  app.post(
    '/digests/preview',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['digests'],
        summary: 'The email of the last complete week, without sending it',
        body: z.strictObject({ teams }),
        response: { 200: z.object({ week: z.string(), subject: z.string(), html: z.string(), text: z.string() }) },
      },
    },
    async (request) => {
      const week = lastCompletePeriod(await today(deps), 'week')
      const teamIds = await teamIdsOf(deps, request.body.teams)
      const digest = await readDigest(deps.store.db, { week, teamIds, model: deps.model })
      await writeAudit(deps.store.db, { actor: actorOf(request), action: 'digest.read', target: week.label })
      const reportUrl = `${deps.publicUrl}/report?period=${week.label}`
      const { subject, html, text } = await digestMail(digest, { reportUrl, unsubscribeUrl: `${deps.publicUrl}/` })
      return { week: week.label, subject, html, text }
    },
  )
}

async function teamIdsOf({ store }: ApiDeps, teams: readonly string[]): Promise<string[]> {
  return Promise.all(teams.map(async (team) => (await resolveTeam(store.db, team)).id))
}

function toSubscriptionView({ teamIds, weekday, ...row }: DigestSubscriptionRow): z.infer<typeof subscriptionSchema> {
  return { ...row, teams: [...teamIds], weekday: weekday as (typeof weekdays)[number] }
}
