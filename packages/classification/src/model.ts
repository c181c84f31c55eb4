import { type CategoryProbabilities, categories, workTypes } from '@headroom/domain'
import { bucketCount, createFeatureSet, type FeatureSet } from './features.ts'
import { hashBytes } from './hash.ts'
import { packRows, type WeightTable } from './weight-table.ts'

/**
 * A trained classifier: one linear score per work type over hashed features, and its calibration.
 * It owns scratch memory, so one model must not be used by two threads at once.
 */
export interface Model {
  /**
   * Names the content: `2026.11-` and the first 8 hex digits of a hash of the file; with an organisation's layer over
   * it, also `+` and 8 hex digits of the layer.
   */
  readonly version: string
  /**
   * Systematic doubt: root mean square, over projects that training never saw, of the difference between the summed
   * strategic probability and the true strategic share. A share between 0 and 1.
   */
  readonly shareErrorSd: number
  /** How frequent the categories were in training. */
  readonly prior: CategoryProbabilities
  /** Calibrated. */
  readonly table: WeightTable
  readonly bias: Float64Array
  readonly scratch: FeatureSet
}

/** The numbers of a model before they are packed. */
export interface ModelContent {
  /** Month of the training data, such as `2026.11`. */
  readonly month: string
  readonly shareErrorSd: number
  readonly prior: CategoryProbabilities
  /** `bucketCount x 16`. */
  readonly weights: Float32Array
  readonly bias: ArrayLike<number>
}

/** A file that is no model of this program. */
export class ModelFormatError extends Error {
  override name = 'ModelFormatError'
}

/** Where the model that comes with the program lies. */
export const shippedModelUrl = new URL('../model/model.bin', import.meta.url)

const classCount = workTypes.length
const magic = 0x4d445248 // 'HRDM' in little-endian order
const formatVersion = 2
/** What stands before it names the format and holds the hash itself. */
const hashedFrom = 12
const headerBytes = 56
const biasBytes = classCount * 8
const maskAt = headerBytes + biasBytes
const stepsOfRowsAt = maskAt + bucketCount / 8

/*
 * Layout, little-endian: magic u32, format u32, hash of all that follows u32, rows u32, classes u32,
 * year x 100 + month u32, shareErrorSd f64, prior of the categories f64 x 3; bias f64 x 16; which buckets have a row,
 * 1 bit each; per row the size of its step f32; per row 16 weights i8, in steps.
 */

/**
 * Reads a model file. The model keeps the bytes: they must not be changed afterwards.
 * @throws ModelFormatError when the bytes are not a whole model of this format.
 */
export function parseModel(bytes: Uint8Array): Model {
  if (bytes.length < stepsOfRowsAt) throw damaged('is too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) throw damaged('is not a classification model')
  if (view.getUint32(4, true) !== formatVersion) throw damaged('has an unknown format')
  const rows = view.getUint32(12, true)
  if (view.getUint32(16, true) !== classCount || bytes.length !== fileBytes(rows)) throw damaged('is cut')
  const hash = hashBytes(bytes, hashedFrom)
  if (view.getUint32(8, true) !== hash) throw damaged('is damaged')
  const bias = new Float64Array(classCount)
  for (let k = 0; k < classCount; k++) bias[k] = view.getFloat64(headerBytes + k * 8, true)
  const [feature, strategic, sustaining] = [0, 1, 2].map((c) => view.getFloat64(32 + c * 8, true))
  return {
    version: versionOf(view.getUint32(20, true), hash),
    shareErrorSd: view.getFloat64(24, true),
    prior: { feature: feature as number, strategic: strategic as number, sustaining: sustaining as number },
    table: readTable(bytes, view, rows),
    bias,
    scratch: createFeatureSet(),
  }
}

function fileBytes(rows: number): number {
  return stepsOfRowsAt + rows * (4 + classCount)
}

function readTable(bytes: Uint8Array, view: DataView, rows: number): WeightTable {
  const rowOf = new Uint32Array(bucketCount)
  const step = new Float32Array(rows)
  let row = 0
  for (let byte = 0; byte < bucketCount / 8; byte++) {
    const mask = bytes[maskAt + byte] as number
    for (let bit = 0; bit < 8; bit++) if ((mask >> bit) & 1) rowOf[byte * 8 + bit] = ++row
  }
  if (row !== rows) throw damaged('is damaged')
  for (let i = 0; i < rows; i++) step[i] = view.getFloat32(stepsOfRowsAt + i * 4, true)
  const from = bytes.byteOffset + stepsOfRowsAt + rows * 4
  return { rowOf, rows, step, steps: new Int8Array(bytes.buffer, from, rows * classCount) }
}

/** Packs a model into a file; the same content gives the same bytes. */
export function packModel(content: ModelContent): Uint8Array {
  const every = Array.from({ length: bucketCount }, (_, bucket) => bucket)
  const { rowOf, rows, step, steps } = packRows(every, content.weights, 0)
  const bytes = new Uint8Array(fileBytes(rows))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, formatVersion, true)
  view.setUint32(12, rows, true)
  view.setUint32(16, classCount, true)
  view.setUint32(20, monthNumber(content.month), true)
  view.setFloat64(24, content.shareErrorSd, true)
  for (const [c, category] of categories.entries()) view.setFloat64(32 + c * 8, content.prior[category], true)
  for (let k = 0; k < classCount; k++) view.setFloat64(headerBytes + k * 8, content.bias[k] ?? 0, true)
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const at = maskAt + (bucket >> 3)
    if (rowOf[bucket]) bytes[at] = (bytes[at] as number) | (1 << (bucket & 7))
  }
  for (const [i, size] of step.entries()) view.setFloat32(stepsOfRowsAt + i * 4, size, true)
  bytes.set(new Uint8Array(steps.buffer), stepsOfRowsAt + rows * 4)
  view.setUint32(8, hashBytes(bytes, hashedFrom), true)
  return bytes
}

function monthNumber(month: string): number {
  return Number(month.replace('.', ''))
}

function versionOf(month: number, hash: number): string {
  const text = String(month)
  return `${text.slice(0, 4)}.${text.slice(4)}-${hash.toString(16).padStart(8, '0')}`
}

function damaged(what: string): ModelFormatError {
  return new ModelFormatError(
    `The model file ${what}: restore packages/classification/model/model.bin or train it anew.`,
  )
}
