import { type Model, parseLayer, withLayer } from '@headroom/classification'
import { type Db, findLiveLayer, readLayerBytes } from '@headroom/store'

/** The model that decides now: the shipped one, with the organisation's live layer over it where there is one. */
export type ModelInUse = (db: Db) => Promise<Model>

/**
 * Keeps at hand the model that decides. Which one that is the database says at each use, so that every process changes
 * over, and goes back, with the transaction that says so.
 */
export function createModelInUse(shipped: Model): ModelInUse {
  let kept: { readonly version: number; readonly model: Model } | null = null
  return async (db) => {
    const live = await findLiveLayer(db, shipped.version)
    if (!live) return shipped
    if (kept?.version !== live.version)
      kept = { version: live.version, model: withLayer(shipped, parseLayer(await readLayerBytes(db, live.version))) }
    return kept.model
  }
}
