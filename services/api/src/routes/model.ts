import {
  beginRollout,
  endLiveLayer,
  findLiveLayer,
  inTransaction,
  isAdaptationPaused,
  type LayerVersion,
  layerStates,
  listLayers,
  readPublishedRules,
  readRollout,
  resumeAdaptation,
  writeAudit,
} from '@headroom/store'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { ProblemError } from '../problem.ts'
import { wakeStage } from '../wake-stage.ts'

const versionsShown = 50

const fit = z.object({
  macroF1: z.number().meta({ description: 'Over the three categories' }),
  hits: z.int().meta({ description: 'Tickets of the right category' }),
  logLoss: z.number(),
})

const layerSchema = z.object({
  version: z.int(),
  modelVersion: z.string().meta({ description: 'Of the shipped model with this layer, as decisions name it' }),
  baseVersion: z.string(),
  state: z.enum(layerStates),
  corrections: z.int().meta({ description: 'Overrides and audit labels that it learnt from' }),
  evaluation: z
    .object({
      basis: z.enum(['audit', 'cross-validation']),
      labels: z.int(),
      shipped: fit,
      layered: fit,
      goesLive: z.boolean(),
      reason: z.string(),
    })
    .meta({ description: 'How it did beside the shipped model on what it was not taught' }),
  madeAt: z.date(),
  endedAt: z.date().nullable(),
})

const modelSchema = z
  .object({
    shipped: z.string().meta({ description: 'Version of the model that came with the program' }),
    inUse: z.string(),
    adaptation: z.enum(['live', 'shipped', 'paused']).meta({
      description: 'Whether your own layer decides, or the shipped model alone; paused after a revert, until resumed',
    }),
    isComplete: z.boolean().meta({ description: 'Whether every ticket was looked through since the model changed' }),
    versions: z.array(layerSchema).meta({ description: 'Of your own layer, the last made first' }),
  })
  .meta({ id: 'Model' })

/** `/v1/model`: which model decides, what your corrections taught it, and the way back. */
export function modelRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/model',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['model'],
        summary: 'The model in use, and the versions of the layer that your corrections made',
        response: { 200: modelSchema },
      },
    },
    () => modelOf(deps),
  )
  app.post(
    '/model/revert',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['model'],
        summary: 'Back to the shipped model: your layer decides no more and none is made until you resume',
        response: { 200: modelSchema },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      await inTransaction(deps.store, async (tx) => {
        const live = await findLiveLayer(tx, deps.model.version)
        if (!live || !(await endLiveLayer(tx, { state: 'reverted', actor })))
          throw new ProblemError('no-live-layer', 'The shipped model decides alone already.')
        const { version: ruleSetVersion } = await readPublishedRules(tx)
        await beginRollout(tx, { modelVersion: deps.model.version, ruleSetVersion })
        await writeAudit(tx, { actor, action: 'model.revert', target: live.modelVersion })
      })
      await wakeStage(deps, 'classify', {})
      return modelOf(deps)
    },
  )
  app.post(
    '/model/resume',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['model'],
        summary: 'Let corrections teach the model again after a revert',
        response: { 200: modelSchema },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      await inTransaction(deps.store, async (tx) => {
        if (await resumeAdaptation(tx)) await writeAudit(tx, { actor, action: 'model.resume', target: 'model' })
      })
      await wakeStage(deps, 'adapt', {})
      return modelOf(deps)
    },
  )
}

async function modelOf({ store, model }: ApiDeps): Promise<z.infer<typeof modelSchema>> {
  const [live, isPaused, versions, rollout] = await Promise.all([
    findLiveLayer(store.db, model.version),
    isAdaptationPaused(store.db),
    listLayers(store.db, versionsShown),
    readRollout(store.db),
  ])
  const inUse = live?.modelVersion ?? model.version
  return {
    shipped: model.version,
    inUse,
    adaptation: isPaused ? 'paused' : live ? 'live' : 'shipped',
    isComplete: rollout === null || rollout.finishedAt !== null,
    versions: versions.map(toLayer),
  }
}

function toLayer(layer: LayerVersion): z.infer<typeof layerSchema> {
  const { version, modelVersion, baseVersion, state, corrections, madeAt, endedAt } = layer
  const evaluation = layerSchema.shape.evaluation.parse(layer.evaluation)
  return { version, modelVersion, baseVersion, state, corrections, evaluation, madeAt, endedAt }
}
