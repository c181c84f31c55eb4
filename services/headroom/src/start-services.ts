import { readFile } from 'node:fs/promises'
import { startAnalytics } from '@headroom/analytics'
import { type Model, parseModel, shippedModelUrl } from '@headroom/classification'
import { startClassifier } from '@headroom/classifier'
import { openTrackers, startIngest } from '@headroom/ingest'
import type { Service } from '@headroom/runtime'
import type { Headroom } from './open-headroom.ts'
import { trackerAccessOf } from './stored-connections.ts'

export async function readModel(): Promise<Model> {
  return parseModel(await readFile(shippedModelUrl))
}

/** Starts reading trackers. */
export async function startIngesting(headroom: Headroom, started: (service: Service) => void): Promise<void> {
  started(await startIngest({ ...headroom, ...openTrackers(trackerAccessOf(headroom)), now: Date.now }))
}

/** Starts what a ticket that was read walks through: classify, measure. */
export async function startStages(
  headroom: Headroom,
  model: Model,
  started: (service: Service) => void,
): Promise<void> {
  started(await startClassifier({ ...headroom, model, llm: headroom.config.llm }))
  started(await startAnalytics({ ...headroom, now: Date.now }))
}
