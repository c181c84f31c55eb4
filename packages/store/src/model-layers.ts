import type { AuditLabel, CategoryProbabilities, WorkType } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

export const layerStates = ['live', 'refused', 'superseded', 'reverted'] as const
/** `refused`: it would have been worse. `reverted`: a person went back to the shipped model, which holds until lifted. */
export type LayerState = (typeof layerStates)[number]

/** A version of the organisation's layer over the shipped model, without its weights. */
export interface LayerVersion {
  readonly version: number
  readonly baseVersion: string
  /** Of the shipped model and the layer together, as decisions name it. */
  readonly modelVersion: string
  readonly state: LayerState
  readonly corrections: number
  readonly correctionsHash: string
  /** What it was compared on, and how it did beside the shipped model. */
  readonly evaluation: unknown
  readonly madeAt: Date
  readonly endedAt: Date | null
  readonly endedBy: string | null
}

const columns = `version, base_version AS "baseVersion", model_version AS "modelVersion", state, corrections,
  corrections_hash AS "correctionsHash", evaluation, made_at AS "madeAt", ended_at AS "endedAt", ended_by AS "endedBy"`

/** Versions, the last made first. */
export async function listLayers(db: Db, limit: number): Promise<LayerVersion[]> {
  const { rows } = await (db.$client as pg.Pool).query<LayerVersion>(
    `SELECT ${columns} FROM model_layers ORDER BY version DESC LIMIT $1`,
    [limit],
  )
  return rows
}

/** The live layer over this version of the shipped model; null when that one decides alone. */
export async function findLiveLayer(db: Db, baseVersion: string): Promise<LayerVersion | null> {
  const { rows } = await (db.$client as pg.Pool).query<LayerVersion>(
    `SELECT ${columns} FROM model_layers WHERE state = 'live' AND base_version = $1`,
    [baseVersion],
  )
  return rows[0] ?? null
}

/** The weights of a version. Throws when there is no such version. */
export async function readLayerBytes(db: Db, version: number): Promise<Uint8Array> {
  const { rows } = await (db.$client as pg.Pool).query<{ layer: Buffer }>(
    `SELECT layer FROM model_layers WHERE version = $1`,
    [version],
  )
  const [row] = rows
  if (!row) throw new Error(`There is no version ${version} of the organisation's layer`)
  return row.layer
}

/** True while a person's going back to the shipped model holds. */
export async function isAdaptationPaused(db: Db): Promise<boolean> {
  const { rows } = await (db.$client as pg.Pool).query<{ paused: boolean }>(
    `SELECT EXISTS (SELECT FROM model_layers WHERE state = 'reverted') AS paused`,
  )
  return rows[0]?.paused ?? false
}

/** A layer that was learnt, with what it says of audited tickets when it is not taught their labels. */
export interface NewLayer extends Omit<LayerVersion, 'version' | 'state' | 'madeAt' | 'endedAt' | 'endedBy'> {
  readonly state: 'live' | 'refused'
  readonly layer: Uint8Array
  /** When the corrections were read: later ones it does not know. */
  readonly madeAt: Date
  readonly crossFitted: readonly { readonly ticketId: string; readonly probabilities: CategoryProbabilities }[]
}

/**
 * Keeps a layer; a live one takes the place of the one before. A refused one leaves that in place: it was no worse than
 * the shipped model when it was made. Tickets removed meanwhile are left out of what it says. False, and nothing kept, when a
 * person has gone back to the shipped model meanwhile.
 */
export async function insertLayer(tx: Db, layer: NewLayer): Promise<boolean> {
  const client = tx.$client as pg.PoolClient
  await client.query('LOCK TABLE model_layers IN SHARE ROW EXCLUSIVE MODE')
  if (await isAdaptationPaused(tx)) return false
  if (layer.state === 'live') await endLiveLayer(tx, { state: 'superseded', actor: null })
  const { rows } = await client.query<{ version: number }>(
    `INSERT INTO model_layers (version, base_version, model_version, state, corrections, corrections_hash, evaluation, layer, made_at)
     SELECT coalesce(max(version), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM model_layers RETURNING version`,
    [
      layer.baseVersion,
      layer.modelVersion,
      layer.state,
      layer.corrections,
      layer.correctionsHash,
      JSON.stringify(layer.evaluation),
      Buffer.from(layer.layer),
      layer.madeAt,
    ],
  )
  const said = layer.crossFitted.map(({ ticketId, probabilities }) => ({ id: ticketId, ...probabilities }))
  await client.query(
    `INSERT INTO model_layer_predictions (layer_version, ticket_id, p_feature, p_strategic, p_sustaining)
     SELECT $1, t.id, r.feature, r.strategic, r.sustaining
       FROM json_to_recordset($2::json) AS r (id uuid, feature float8, strategic float8, sustaining float8) JOIN tickets t ON t.id = r.id`,
    [rows[0]?.version, JSON.stringify(said)],
  )
  return true
}

/** Takes the live layer away: the shipped model decides alone. False when none was live. */
export async function endLiveLayer(
  tx: Db,
  { state, actor }: { readonly state: 'superseded' | 'reverted'; readonly actor: string | null },
): Promise<boolean> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `UPDATE model_layers SET state = $1, ended_at = now(), ended_by = $2 WHERE state = 'live'`,
    [state, actor],
  )
  return (rowCount ?? 0) > 0
}

/** Lifts a person's going back to the shipped model. False when there was none. */
export async function resumeAdaptation(tx: Db): Promise<boolean> {
  const { rowCount } = await (tx.$client as pg.PoolClient).query(
    `UPDATE model_layers SET state = 'superseded' WHERE state = 'reverted'`,
  )
  return (rowCount ?? 0) > 0
}

/** What people say of a ticket, by an override or as readers of an audit. */
export interface CorrectionRow {
  readonly ticketId: string
  readonly override: WorkType | null
  readonly labels: readonly AuditLabel[]
  /** Of all that the tracker says of the ticket. */
  readonly contentHash: string
}

/** All tickets that a person has corrected or labelled, by id; the last corrected `limit` when there are more. */
export async function readCorrections(
  db: Db,
  limit: number,
): Promise<{ readonly readAt: Date; readonly rows: readonly CorrectionRow[] }> {
  // By the database's clock, which the corrections are dated by; what is stored while they are read is read again.
  const now = await (db.$client as pg.Pool).query<{ readAt: Date }>(`SELECT now() AS "readAt"`)
  const { rows } = await (db.$client as pg.Pool).query<CorrectionRow>(
    `WITH said AS (
       SELECT ticket_id, max(work_type) FILTER (WHERE reader IS NULL) AS override, max(at) AS at,
              coalesce(json_agg(json_build_object('reader', reader, 'workType', work_type) ORDER BY reader) FILTER (WHERE reader IS NOT NULL), '[]') AS labels
         FROM (SELECT ticket_id, work_type, NULL AS reader, created_at AS at FROM overrides WHERE undone_at IS NULL
               UNION ALL
               SELECT ticket_id, work_type, reader, labelled_at FROM audit_labels WHERE superseded_at IS NULL) b
        GROUP BY ticket_id ORDER BY max(at) DESC, ticket_id LIMIT $1)
     SELECT s.ticket_id AS "ticketId", s.override, s.labels, t.content_hash AS "contentHash"
       FROM said s JOIN tickets t ON t.id = s.ticket_id ORDER BY s.ticket_id`,
    [limit],
  )
  return { readAt: now.rows[0]?.readAt ?? new Date(0), rows }
}

/** Whether a person has corrected, labelled or taken back anything since the last layer was learnt, or over another model. */
export async function hasNewCorrections(db: Db, baseVersion: string): Promise<boolean> {
  const { rows } = await (db.$client as pg.Pool).query<{ any: boolean }>(
    `WITH last AS (SELECT coalesce(max(made_at), '-infinity') AS at FROM model_layers WHERE base_version = $1)
     SELECT EXISTS (SELECT FROM overrides, last WHERE created_at > last.at OR undone_at > last.at)
         OR EXISTS (SELECT FROM audit_labels, last WHERE labelled_at > last.at) AS any`,
    [baseVersion],
  )
  return rows[0]?.any ?? false
}

/** Some tickets of the organisation, drawn by id and so the same ones again and again. */
export async function readTicketSample(db: Db, limit: number): Promise<string[]> {
  const { rows } = await (db.$client as pg.Pool).query<{ id: string }>(`SELECT id FROM tickets ORDER BY id LIMIT $1`, [
    limit,
  ])
  return rows.map((row) => row.id)
}
