import { workTypes } from '@headroom/domain'
import { bucketCount } from './features.ts'
import { hashBytes } from './hash.ts'
import type { Model } from './model.ts'
import { addTables, emptyTable, type WeightTable } from './weight-table.ts'

/**
 * What one organisation's corrections change of the shipped model: a sparse residual that is added to its weights. It
 * belongs to one version of the shipped model, and taking it away restores that model exactly.
 */
export interface OrganisationLayer {
  /** Names the content: `layer-` and 8 hex digits of a hash of its bytes. */
  readonly version: string
  /** Version of the shipped model that it was made for. */
  readonly modelVersion: string
  /** Number of corrections that it was learnt from. */
  readonly corrections: number
  readonly table: WeightTable
  readonly bias: Float64Array
}

/** The numbers of a layer before they have a version. */
export type LayerContent = Omit<OrganisationLayer, 'version'>

/** Bytes that are no layer, or a layer for another version of the model. */
export class LayerFormatError extends Error {
  override name = 'LayerFormatError'
}

const classCount = workTypes.length
const magic = 0x4c445248 // 'HRDL' in little-endian order
const formatVersion = 1
const hashedFrom = 12
const nameBytes = 32
const headerBytes = 20 + nameBytes
const biasBytes = classCount * 8
const rowBytes = 8 + classCount

/*
 * Layout, little-endian: magic u32, format u32, hash of all that follows u32, rows u32, corrections u32, the model's
 * version in 32 bytes of ASCII; bias f64 x 16; per row its bucket u32, the size of its step f32 and 16 weights i8, in steps.
 */

/** A layer as bytes to be stored; the same content gives the same bytes. */
export function packLayer(layer: LayerContent): Uint8Array {
  const { table, bias, modelVersion, corrections } = layer
  const bytes = new Uint8Array(headerBytes + biasBytes + table.rows * rowBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, formatVersion, true)
  view.setUint32(12, table.rows, true)
  view.setUint32(16, corrections, true)
  for (let i = 0; i < modelVersion.length; i++) bytes[20 + i] = modelVersion.charCodeAt(i)
  for (let k = 0; k < classCount; k++) view.setFloat64(headerBytes + k * 8, bias[k] as number, true)
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const row = (table.rowOf[bucket] as number) - 1
    if (row < 0) continue
    const at = headerBytes + biasBytes + row * rowBytes
    view.setUint32(at, bucket, true)
    view.setFloat32(at + 4, table.step[row] as number, true)
    for (let k = 0; k < classCount; k++) view.setInt8(at + 8 + k, table.steps[row * classCount + k] as number)
  }
  view.setUint32(8, hashBytes(bytes, hashedFrom), true)
  return bytes
}

/**
 * Reads a stored layer.
 * @throws LayerFormatError when the bytes are not a whole layer of this format.
 */
export function parseLayer(bytes: Uint8Array): OrganisationLayer {
  if (bytes.length < headerBytes + biasBytes) throw damaged('is too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) throw damaged('is none')
  if (view.getUint32(4, true) !== formatVersion) throw damaged('has an unknown format')
  const rows = view.getUint32(12, true)
  if (bytes.length !== headerBytes + biasBytes + rows * rowBytes) throw damaged('is cut')
  const hash = hashBytes(bytes, hashedFrom)
  if (view.getUint32(8, true) !== hash) throw damaged('is damaged')
  return {
    version: versionOf(hash),
    modelVersion: readName(bytes),
    corrections: view.getUint32(16, true),
    table: readRows(view, rows),
    bias: Float64Array.from({ length: classCount }, (_, k) => view.getFloat64(headerBytes + k * 8, true)),
  }
}

function readName(bytes: Uint8Array): string {
  const name = bytes.subarray(20, 20 + nameBytes)
  const end = name.indexOf(0)
  return String.fromCharCode(...(end < 0 ? name : name.subarray(0, end)))
}

function readRows(view: DataView, rows: number): WeightTable {
  const table = emptyTable(rows)
  for (let row = 0; row < rows; row++) {
    const at = headerBytes + biasBytes + row * rowBytes
    const bucket = view.getUint32(at, true)
    if (bucket >= bucketCount) throw damaged('is damaged')
    table.rowOf[bucket] = row + 1
    table.step[row] = view.getFloat32(at + 4, true)
    for (let k = 0; k < classCount; k++) table.steps[row * classCount + k] = view.getInt8(at + 8 + k)
  }
  return table
}

/** Gives a layer its version. */
export function namedLayer(content: LayerContent): OrganisationLayer {
  const bytes = packLayer(content)
  return { ...content, version: versionOf(hashBytes(bytes, hashedFrom)) }
}

function versionOf(hash: number): string {
  return `layer-${hash.toString(16).padStart(8, '0')}`
}

/**
 * The shipped model with an organisation's layer over it: a model like any other. The shipped one stays as it is.
 * @throws LayerFormatError when the layer was made for another version of the model; make it anew from the corrections.
 */
export function withLayer(model: Model, layer: OrganisationLayer): Model {
  if (layer.modelVersion !== model.version) {
    throw new LayerFormatError(
      `The organisation's layer is for model ${layer.modelVersion}, not ${model.version}: make it anew from the corrections.`,
    )
  }
  return {
    ...model,
    version: `${model.version}+${layer.version.slice('layer-'.length)}`,
    table: addTables(model.table, layer.table),
    bias: model.bias.map((b, k) => b + (layer.bias[k] as number)),
  }
}

function damaged(what: string): LayerFormatError {
  return new LayerFormatError(`The stored layer of the organisation ${what}: make it anew from the corrections.`)
}
