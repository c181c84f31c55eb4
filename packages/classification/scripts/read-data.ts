import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type WorkType, workTypes } from '@headroom/domain'
import type { ClassifierInput } from '../src/classifier-input.ts'

/** A ticket that a person has labelled by the codebook. */
export interface LabelledTicket {
  readonly key: string
  readonly project: string
  readonly input: ClassifierInput
  readonly workType: WorkType
  readonly confidence: 'high' | 'medium' | 'low'
  /** How it was drawn: only `natural` tickets stand for their project. */
  readonly sampled: 'natural' | 'enriched' | 'atd'
  /** Version of the codebook that it was labelled by. */
  readonly round: number
}

/** A ticket of which only the tracker's fields are known. */
export interface PlainTicket {
  readonly key: string
  readonly project: string
  readonly input: ClassifierInput
}

/** Everything that training reads, in the files' order. */
export interface TrainingData {
  readonly labelled: readonly LabelledTicket[]
  /** Tickets with the tracker's own type. */
  readonly typed: readonly PlainTicket[]
  readonly unlabelled: readonly PlainTicket[]
}

/** Reads the data folder. Throws when a file is missing or not as expected. */
export function readTrainingData(folder: string): TrainingData {
  const typed = ['duraspace', 'titanium'].flatMap((name) =>
    readLines(join(folder, 'jira-replay', `${name}.ndjson.gz`)).map(fromIssue),
  )
  const byKey = new Map(typed.map((ticket) => [ticket.key, ticket]))
  const labelled = readLines(join(folder, 'labelled', 'tickets.jsonl')).map((line) => fromLabelled(line, byKey))
  const unlabelled = readLines(join(folder, 'unlabelled', 'story-point-tickets.jsonl.gz')).map(fromUnlabelled)
  return { labelled, typed, unlabelled }
}

/** Text alone: the same ticket without any field of the tracker. */
export function withoutFields(input: ClassifierInput): ClassifierInput {
  return {
    title: input.title,
    description: input.description,
    type: null,
    isEpic: false,
    isSubtask: false,
    labels: [],
    components: [],
    priority: null,
    parent: null,
  }
}

type Row = Record<string, unknown>

function readLines(path: string): Row[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

function fromLabelled(row: Row, byKey: ReadonlyMap<string, PlainTicket>): LabelledTicket {
  const workType = workTypes.find((name) => name === row.workType)
  if (!workType) throw new Error(`Ticket ${String(row.key)} has the unknown work type ${String(row.workType)}.`)
  const known = byKey.get(String(row.key))?.input
  const type = text(row.trackerType) || null
  return {
    key: String(row.key),
    project: String(row.project),
    input: {
      title: text(row.title),
      description: text(row.description),
      type,
      isEpic: type === 'Epic',
      isSubtask: type === 'Sub-task' || type === 'Technical task',
      labels: strings(row.labels),
      components: strings(row.components),
      priority: known && type ? known.priority : null,
      parent: known && type ? known.parent : null,
    },
    workType,
    confidence: row.confidence as LabelledTicket['confidence'],
    sampled: row.sampled as LabelledTicket['sampled'],
    round: Number(row.round),
  }
}

function fromUnlabelled(row: Row): PlainTicket {
  const input = { ...withoutFields(emptyInput), title: text(row.title), description: text(row.description) }
  return { key: String(row.key), project: String(row.project), input }
}

function fromIssue(row: Row): PlainTicket {
  const fields = row.fields as Row
  const key = String(row.key)
  const type = fields.issuetype as Row
  const parent = fields.parent as Row | undefined
  const parentFields = parent?.fields as Row | undefined
  const epic = fields.epic as Row | null | undefined
  return {
    key,
    project: key.slice(0, key.lastIndexOf('-')),
    input: {
      title: text(fields.summary),
      description: text(fields.description),
      type: text(type.name),
      isEpic: type.name === 'Epic',
      isSubtask: type.subtask === true,
      labels: strings(fields.labels),
      components: Array.isArray(fields.components) ? fields.components.map((c: Row) => text(c.name)) : [],
      priority: text((fields.priority as Row | null | undefined)?.name) || null,
      parent: parentFields
        ? { title: text(parentFields.summary), type: text((parentFields.issuetype as Row | undefined)?.name) || null }
        : epic
          ? { title: text(epic.summary ?? epic.name), type: 'Epic' }
          : null,
    },
  }
}

const emptyInput: ClassifierInput = {
  title: '',
  description: '',
  type: null,
  isEpic: false,
  isSubtask: false,
  labels: [],
  components: [],
  priority: null,
  parent: null,
}

/** Some sources write an empty text as the word NULL. */
function text(value: unknown): string {
  return typeof value === 'string' && value !== 'NULL' ? value : ''
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((s) => s !== '') : []
}
