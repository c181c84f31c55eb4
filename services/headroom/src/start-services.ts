import { readFile } from 'node:fs/promises'
import { startAnalytics } from '@headroom/analytics'
import { type Model, parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { startIngest, trackerOpener } from '@headroom/ingest'
import { createSealedBox, type Service } from '@headroom/runtime'
import type { Headroom } from './open-headroom.ts'

export async function readModel(): Promise<Model> {
  return parseModel(await readFile(shippedModelUrl))
}

/** Starts the stages that a ticket walks through: ingest, classify, measure. */
export async function startStages(
  headroom: Headroom,
  model: Model,
  started: (service: Service) => void,
): Promise<void> {
  const openTracker = trackerOpener(createSealedBox(headroom.secretKey, 'tracker-credentials'))
  started(await startIngest({ ...headroom, openTracker, now: Date.now }))
  started(await startClassifier({ ...headroom, model }))
  started(await startAnalytics({ ...headroom, now: Date.now }))
}
