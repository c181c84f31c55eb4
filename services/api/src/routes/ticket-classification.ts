import { type Candidate, explainDecision } from '@headroom/classification'
import { deciders, workTypes } from '@headroom/domain'
import { inTransaction, readClassification, setOverride, undoOverride, writeAudit } from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { notFound } from '../problem.ts'
import { decisionInForce, decisionSchema } from '../ticket-view.ts'
import { wakeStage } from '../wake-stage.ts'
import { ticketOf, ticketParams } from './tickets.ts'

const classificationSchema = decisionSchema
  .extend({
    decidedBy: z.enum(deciders),
    workTypeProbabilities: z.record(z.string(), z.number()),
    explanation: z.string().meta({ description: 'Why, in plain words: what decided, and what speaks for it' }),
    evidence: z
      .array(z.unknown())
      .meta({ description: 'What decided, most important first; `weight` in log odds where a model weighed it' }),
    candidates: z.array(z.unknown()).meta({
      description:
        'Everything that spoke, in the order of the ladder, with source, confidence, evidence and version; with `rule` and `ancestor` where these decided',
    }),
    modelVersion: z.string().nullable(),
    ruleSetVersion: z.int().nullable(),
  })
  .meta({ id: 'Classification' })

/** `/v1/tickets/{ticket}/classification`: why a ticket counts as what it does, and a person's judgement of it. */
export function ticketClassificationRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/tickets/:ticket/classification',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['tickets'],
        summary: 'The decision about a ticket, with all that spoke for and against it',
        params: ticketParams,
        response: { 200: classificationSchema },
      },
    },
    async (request) => classificationOf(deps, (await ticketOf(deps, request.params.ticket)).id),
  )
  app.put(
    '/tickets/:ticket/classification',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['tickets'],
        summary: 'Judge a ticket yourself; holds before every rule and model',
        params: ticketParams,
        body: z.strictObject({ workType: z.enum(workTypes), note: z.string().trim().min(1).max(2000).optional() }),
        response: { 200: classificationSchema },
      },
    },
    async (request) => {
      const { id } = await ticketOf(deps, request.params.ticket)
      const { workType, note = null } = request.body
      const actor = actorOf(request)
      await inTransaction(deps.store, async (tx) => {
        await setOverride(tx, { ticketId: id, workType, note, actor })
        await writeAudit(tx, { actor, action: 'classification.override', target: id, detail: { workType } })
      })
      await wakeStage(deps, 'classify', {})
      return classificationOf(deps, id)
    },
  )
  undoRoute(app, deps)
}

function undoRoute(app: ApiApp, deps: ApiDeps): void {
  app.delete(
    '/tickets/:ticket/classification',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['tickets'],
        summary: 'Take your judgement back; the ticket is decided anew',
        params: ticketParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, key } = await ticketOf(deps, request.params.ticket)
      const actor = actorOf(request)
      await inTransaction(deps.store, async (tx) => {
        if (!(await undoOverride(tx, { ticketId: id, actor }))) throw notFound('override of ticket', key)
        await writeAudit(tx, { actor, action: 'classification.undo', target: id })
      })
      await wakeStage(deps, 'classify', {})
      return reply.code(204).send(null)
    },
  )
}

async function classificationOf({ store }: ApiDeps, ticketId: string): Promise<z.infer<typeof classificationSchema>> {
  const { decision, override } = await readClassification(store.db, ticketId)
  const inForce = decisionInForce(decision as Parameters<typeof decisionInForce>[0], override?.workType ?? null)
  const judged = override
    ? [{ source: 'override', workType: override.workType, note: override.note, at: override.createdAt.toISOString() }]
    : []
  const isFresh = decision?.decidedBy === inForce.decidedBy && decision.workType === inForce.workType
  const candidates = [...(decision?.candidates ?? [])]
  const modelVersion = decision?.modelVersion ?? null
  return {
    ...inForce,
    explanation: explainDecision({
      ...inForce,
      candidates: candidates.filter(isCandidate),
      modelVersion,
      note: override?.note ?? null,
    }),
    workTypeProbabilities:
      isFresh || !override ? { ...(decision?.workTypeProbabilities ?? {}) } : { [override.workType]: 1 },
    evidence: isFresh ? [...decision.evidence] : judged,
    candidates,
    modelVersion,
    ruleSetVersion: decision?.ruleSetVersion ?? null,
  }
}

/** As the classifier writes them today. */
function isCandidate(value: unknown): value is Candidate {
  const { source, evidence } = (value ?? {}) as Partial<Candidate>
  return typeof source === 'string' && Array.isArray(evidence)
}
