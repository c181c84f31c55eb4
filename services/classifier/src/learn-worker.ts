// A thread of its own: learning from thousands of corrections takes seconds, in which nobody else would be served.
import { parentPort, workerData } from 'node:worker_threads'
import type { Model } from '@headroom/classification'
import { type LearnRequest, learnLayer } from './learn-layer.ts'

const { model, request } = workerData as { readonly model: Model; readonly request: LearnRequest }
parentPort?.postMessage(learnLayer(model, request))
