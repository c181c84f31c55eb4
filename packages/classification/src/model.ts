import { workTypes } from '@headroom/domain'
import { bucketCount, createFeatureSet, type FeatureSet } from './features.ts'

/**
 * A trained classifier: one linear score per work type over hashed features, and its calibration.
 * It owns scratch memory, so one model must not be used by two threads at once.
 */
export interface Model {
  /** Names the content: `2026.11-` and the first 8 hex digits of a hash of the file. */
  readonly version: string
  /**
   * Systematic doubt: root mean square, over projects that training never saw, of the difference between the summed
   * strategic probability and the true strategic share. A share between 0 and 1.
   */
  readonly shareErrorSd: number
  /** `bucketCount x 16`, calibrated. */
  readonly weights: Float32Array
  readonly bias: Float64Array
  readonly scratch: FeatureSet
}

/** The numbers of a model before they are packed. */
export interface ModelContent {
  /** Month of the training data, such as `2026.11`. */
  readonly month: string
  readonly shareErrorSd: number
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
const formatVersion = 1
const headerBytes = 32
const biasBytes = classCount * 8

/*
 * Layout, little-endian: magic u32, format u32, hash of all after the header u32, buckets in use u32, classes u32,
 * year x 100 + month u32, shareErrorSd f64; bias f64 x 16; which buckets are in use, 1 bit each; per used bucket its
 * scale f32; per used bucket 16 weights i8, in units of its scale.
 */

/**
 * Reads a model file.
 * @throws ModelFormatError when the bytes are not a whole model of this format.
 */
export function parseModel(bytes: Uint8Array): Model {
  if (bytes.length < headerBytes + biasBytes + bucketCount / 8) throw damaged('is too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) throw damaged('is not a classification model')
  if (view.getUint32(4, true) !== formatVersion) throw damaged('has an unknown format')
  const used = view.getUint32(12, true)
  const scalesAt = headerBytes + biasBytes + bucketCount / 8
  const weightsAt = scalesAt + used * 4
  if (view.getUint32(16, true) !== classCount || bytes.length !== weightsAt + used * classCount) throw damaged('is cut')
  const hash = hashBytes(bytes, headerBytes)
  if (view.getUint32(8, true) !== hash) throw damaged('is damaged')
  const bias = new Float64Array(classCount)
  for (let k = 0; k < classCount; k++) bias[k] = view.getFloat64(headerBytes + k * 8, true)
  return {
    version: versionOf(view.getUint32(20, true), hash),
    shareErrorSd: view.getFloat64(24, true),
    weights: unpackWeights(bytes, view, scalesAt, weightsAt),
    bias,
    scratch: createFeatureSet(),
  }
}

/** Packs a model into a file; the same content gives the same bytes. */
export function packModel(content: ModelContent): Uint8Array {
  const used: number[] = []
  for (let bucket = 0; bucket < bucketCount; bucket++) if (largest(content.weights, bucket) > 0) used.push(bucket)
  const scalesAt = headerBytes + biasBytes + bucketCount / 8
  const weightsAt = scalesAt + used.length * 4
  const bytes = new Uint8Array(weightsAt + used.length * classCount)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, formatVersion, true)
  view.setUint32(12, used.length, true)
  view.setUint32(16, classCount, true)
  view.setUint32(20, monthNumber(content.month), true)
  view.setFloat64(24, content.shareErrorSd, true)
  for (let k = 0; k < classCount; k++) view.setFloat64(headerBytes + k * 8, content.bias[k] ?? 0, true)
  for (const [i, bucket] of used.entries()) {
    const at = headerBytes + biasBytes + (bucket >> 3)
    view.setUint8(at, view.getUint8(at) | (1 << (bucket & 7)))
    const scale = Math.fround(largest(content.weights, bucket) / 127)
    view.setFloat32(scalesAt + i * 4, scale, true)
    for (let k = 0; k < classCount; k++) {
      const steps = Math.round((content.weights[bucket * classCount + k] ?? 0) / scale)
      view.setInt8(weightsAt + i * classCount + k, Math.max(-127, Math.min(127, steps)))
    }
  }
  view.setUint32(8, hashBytes(bytes, headerBytes), true)
  return bytes
}

function unpackWeights(bytes: Uint8Array, view: DataView, scalesAt: number, weightsAt: number): Float32Array {
  const weights = new Float32Array(bucketCount * classCount)
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset + weightsAt, bytes.length - weightsAt)
  const maskAt = headerBytes + biasBytes
  const used = (weightsAt - scalesAt) / 4
  let i = 0
  for (let bucket = 0; bucket < bucketCount && i < used; bucket++) {
    if ((((bytes[maskAt + (bucket >> 3)] ?? 0) >> (bucket & 7)) & 1) === 0) continue
    const scale = view.getFloat32(scalesAt + i * 4, true)
    const from = i * classCount
    const to = bucket * classCount
    for (let k = 0; k < classCount; k++) weights[to + k] = (steps[from + k] as number) * scale
    i++
  }
  return weights
}

function largest(weights: Float32Array, bucket: number): number {
  let most = 0
  for (let k = 0; k < classCount; k++) most = Math.max(most, Math.abs(weights[bucket * classCount + k] ?? 0))
  return most
}

/** FNV-1a over bytes. */
function hashBytes(bytes: Uint8Array, from: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash >>> 0
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
