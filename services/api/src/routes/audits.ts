import { type Period, periodsBetween } from '@headroom/domain'
import { applyAudit, drawAuditSample, readAuditFindings } from '@headroom/measures'
import {
  type Audit,
  type AuditItemView,
  type AuditPlace,
  findAudit,
  findLiveLayer,
  inTransaction,
  listAuditItems,
  listAudits,
  readPublishedRules,
  readTeamRows,
  writeAudit,
  writeAuditLabels,
} from '@headroom/store'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import {
  answerSchema,
  auditItemSchema,
  auditResultSchema,
  auditSchema,
  toAuditItem,
  toAuditResult,
  toAuditView,
} from '../audit-view.ts'
import { actorOf } from '../authentication.ts'
import { dateSchema, idParams } from '../common-schemas.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { invalidField, notFound, ProblemError } from '../problem.ts'
import { requestedPeriod, requestedRange } from '../requested-period.ts'
import { resolveTeam } from '../resolve-names.ts'
import { wakeStage } from '../wake-stage.ts'

/** Tickets that decide a quarter to within 3 or 4 points. */
const sizeDefault = 40
const labelsMax = 200

const drawBody = z.strictObject({
  period: z
    .string()
    .optional()
    .meta({ description: '`2026-Q3`, `2026-09`, `2026-W37`; default the last complete quarter' }),
  from: dateSchema.optional().meta({ description: 'First day, instead of a period' }),
  to: dateSchema.optional().meta({ description: 'Last day, included' }),
  team: z.string().optional().meta({ description: 'Id or name; default all teams' }),
  size: z.int().min(1).max(1000).default(sizeDefault).meta({ description: 'How many tickets to read' }),
})

const labelsBody = z.strictObject({
  labels: z
    .array(
      z.strictObject({
        ticketId: z.uuid(),
        workType: answerSchema.meta({ description: 'What the ticket is, by the codebook; or that one cannot tell' }),
        note: z.string().trim().min(1).max(2000).optional(),
      }),
    )
    .min(1)
    .max(labelsMax),
})

/** `/v1/audits`: a sample of tickets, read blind by people, that says how wrong the split is and corrects it. */
export function auditRoutes(app: ApiApp, deps: ApiDeps): void {
  drawRoute(app, deps)
  listRoute(app, deps)
  app.get(
    '/audits/:id',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['audits'],
        summary: 'How far it is read, how far its readers agree, what the machine gets wrong, and the corrected share',
        params: idParams,
        response: { 200: auditResultSchema },
      },
    },
    async (request) => {
      const audit = await auditOf(deps, request.params.id)
      return toAuditResult(
        await viewOf(deps, audit, request),
        await readAuditFindings(deps.store.db, audit, deps.model),
      )
    },
  )
  itemsRoute(app, deps)
  labelsRoute(app, deps)
  applyRoute(app, deps)
}

function drawRoute(app: ApiApp, deps: ApiDeps): void {
  const { store } = deps
  app.post(
    '/audits',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['audits'],
        summary: 'Draw a sample by effort and doubt; drawing more later keeps the labels that there are',
        body: drawBody,
        response: { 201: auditSchema },
      },
    },
    async (request, reply) => {
      const period = await auditedPeriod(deps, request.body)
      const team = request.body.team === undefined ? null : await resolveTeam(store.db, request.body.team)
      const id = await drawAuditSample(store, {
        period,
        teamId: team?.id ?? null,
        size: request.body.size,
        actor: actorOf(request),
        modelVersion: (await findLiveLayer(store.db, deps.model.version))?.modelVersion ?? deps.model.version,
        ruleSetVersion: (await readPublishedRules(store.db)).version,
      })
      if (id === null) throw invalidField('period', 'has no ticket with effort; choose days that were measured')
      return reply
        .code(201)
        .header('location', `/v1/audits/${id}`)
        .send(await viewOf(deps, await auditOf(deps, id), request))
    },
  )
}

/** A named period, or days under the name of the period that they are. */
async function auditedPeriod(deps: ApiDeps, body: z.infer<typeof drawBody>): Promise<Period> {
  if (body.from === undefined && body.to === undefined) return requestedPeriod(deps, body.period)
  if (body.period !== undefined) throw invalidField('period', 'must not be given together with from and to')
  const { from, to } = await requestedRange(deps, body)
  const [period] = periodsBetween(from, to, 'total')
  if (!period) throw invalidField('from', 'must not be after to')
  return period
}

function listRoute(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/audits',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['audits'],
        summary: 'Audits, the last drawn first',
        querystring: z.strictObject({ ...pageQuery, team: z.string().optional().meta({ description: 'Id or name' }) }),
        response: { 200: pageOf(auditSchema) },
      },
    },
    async (request) => {
      const { team } = request.query
      const scope = team === undefined ? {} : { teamId: (await resolveTeam(deps.store.db, team)).id }
      const page = await readPage<Audit, AuditPlace>({
        query: request.query,
        place: z.object({ drawnAt: z.coerce.date(), id: z.uuid() }),
        placeOf: ({ drawnAt, id }) => ({ drawnAt, id }),
        read: (limit, after) => listAudits(deps.store.db, { ...scope, limit, after }),
      })
      return { ...page, data: await Promise.all(page.data.map((audit) => viewOf(deps, audit, request))) }
    },
  )
}

function itemsRoute(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/audits/:id/items',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['audits'],
        summary: 'The tickets to read, in random order, without what the machine or another reader says of them',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          open: z.stringbool().default(false).meta({ description: 'Only those that this key has not labelled' }),
        }),
        response: { 200: pageOf(auditItemSchema) },
      },
    },
    async (request) => {
      const { id: auditId } = await auditOf(deps, request.params.id)
      const reader = actorOf(request)
      const page = await readPage<AuditItemView, number>({
        query: { ...request.query, audit: auditId },
        place: z.int(),
        placeOf: ({ ordinal }) => ordinal,
        read: (limit, after) =>
          listAuditItems(deps.store.db, { auditId, reader, onlyOpen: request.query.open, limit, after }),
      })
      return { ...page, data: page.data.map(toAuditItem) }
    },
  )
}

function labelsRoute(app: ApiApp, deps: ApiDeps): void {
  const { store } = deps
  app.post(
    '/audits/:id/labels',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['audits'],
        summary: 'Say what tickets are; each key is a reader of its own, and saying it again replaces what it said',
        params: idParams,
        body: labelsBody,
        response: { 200: auditSchema },
      },
    },
    async (request) => {
      const { id: auditId } = await auditOf(deps, request.params.id)
      const reader = actorOf(request)
      const labels = request.body.labels.map(({ note = null, ...label }) => ({ ...label, note }))
      if (new Set(labels.map(({ ticketId }) => ticketId)).size < labels.length)
        throw invalidField('labels', 'must name each ticket once')
      await inTransaction(store, async (tx) => {
        const { unknown } = await writeAuditLabels(tx, { auditId, reader, labels })
        if (unknown.length > 0) throw invalidField('labels', `${unknown.join(', ')}: no ticket of this audit`)
        const detail = { tickets: labels.length }
        await writeAudit(tx, { actor: reader, action: 'audit.label', target: auditId, detail })
      })
      await wakeStage(deps, 'adapt', {})
      return viewOf(deps, await auditOf(deps, auditId), request)
    },
  )
}

function applyRoute(app: ApiApp, deps: ApiDeps): void {
  app.post(
    '/audits/:id/apply',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['audits'],
        summary: 'Make overrides of what its readers agree on; the corrected share stays as it is',
        params: idParams,
        response: {
          200: z.object({
            overrides: z.int(),
            undecided: z.int().meta({ description: 'Readers disagree or could not tell' }),
            alreadyDecided: z.int().meta({ description: 'A person had decided about it: that stays' }),
          }),
        },
      },
    },
    async (request) => {
      const { id: auditId } = await auditOf(deps, request.params.id)
      const result = await applyAudit(deps.store, { auditId, actor: actorOf(request) })
      if (result.kind === 'incomplete')
        throw new ProblemError(
          'audit-incomplete',
          `${result.open} tickets of this audit have no label yet; read them first.`,
        )
      if (result.kind === 'applied-before')
        throw new ProblemError('audit-applied', 'The labels of this audit were made overrides before.')
      await wakeStage(deps, 'classify', {})
      const { kind: _, ...counts } = result
      return counts
    },
  )
}

async function auditOf({ store }: ApiDeps, id: string): Promise<Audit> {
  const audit = await findAudit(store.db, id)
  if (!audit) throw notFound('audit', id)
  return audit
}

async function viewOf({ store }: ApiDeps, audit: Audit, request: FastifyRequest): Promise<z.infer<typeof auditSchema>> {
  const reader = actorOf(request)
  const open = await listAuditItems(store.db, { auditId: audit.id, reader, onlyOpen: true, limit: 1, after: null })
  const teams = audit.teamId === null ? [] : await readTeamRows(store.db)
  const teamName = teams.find(({ id }) => id === audit.teamId)?.name ?? null
  return toAuditView(audit, { teamName, isOpenFor: open.length > 0 })
}
