import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type WorkType, workTypes } from '@headroom/domain'
import type { ClassifierInput } from '../src/classifier-input.ts'
import { seededRandom } from '../src/train/random.ts'

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

/** A text with a label that is related to ours: what kind of ticket its reporter took it for. */
export interface WeakExample {
  readonly project: string
  readonly input: ClassifierInput
  /** 0 to `weakClassCount - 1`. */
  readonly weakClass: number
}

/** Everything that training reads, in the files' order. */
export interface TrainingData {
  readonly labelled: readonly LabelledTicket[]
  /** None of them is among the labelled tickets. */
  readonly weak: readonly WeakExample[]
}

const weakClasses: Readonly<Record<string, number>> = {
  Bug: 0,
  bug: 0,
  'New Feature': 1,
  feature: 1,
  Improvement: 2,
  Story: 3,
  Task: 4,
  'Sub-task': 4,
  'Technical task': 4,
  Documentation: 4,
  Epic: 5,
  question: 6,
}
export const weakClassCount = 7

/** Reads the data folder. Throws when a file is missing or not as expected. */
export function readTrainingData(folder: string): TrainingData {
  const typed = ['duraspace', 'titanium'].flatMap((name) =>
    readLines(join(folder, 'jira-replay', `${name}.ndjson.gz`)).map(fromIssue),
  )
  const byKey = new Map(typed.map((ticket) => [ticket.key, ticket]))
  const labelled = readLines(join(folder, 'labelled', 'tickets.jsonl')).map((line) => fromLabelled(line, byKey))
  const issues = ['train', 'test'].flatMap((name) =>
    readGithubIssues(join(folder, 'benchmarks', 'nlbse2024', `${name}.jsonl.gz`)),
  )
  return { labelled, weak: weakExamples([...typed, ...issues], labelled) }
}

/** An issue of a public repository; its type is `bug`, `feature` or `question`. */
export type GithubIssue = PlainTicket

/** Reads a file of issues with the labels of their repositories. */
export function readGithubIssues(path: string): GithubIssue[] {
  return readLines(path).map(fromGithub)
}

/** One project of many bugs would drown the rest: of its bugs, about three in ten are taken. */
const bugShare = 0.3

function weakExamples(tickets: readonly PlainTicket[], labelled: readonly LabelledTicket[]): WeakExample[] {
  const keys = new Set(labelled.map((ticket) => ticket.key))
  const titles = new Set(labelled.map((ticket) => ticket.input.title.trim()))
  const random = seededRandom(20261103)
  return tickets.flatMap(({ key, project, input }) => {
    const weakClass = weakClasses[input.type ?? '']
    const skipped = input.type === 'Bug' && manyBugs.has(project) && random() >= bugShare
    if (skipped || weakClass === undefined || keys.has(key) || titles.has(input.title.trim())) return []
    return [{ project, input: withoutFields(input), weakClass }]
  })
}

const manyBugs = new Set(['TIMOB', 'AC', 'MOD', 'DAEMON'])

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

/** A number for each name, equal for equal names, from 0. */
export function numbered(names: readonly string[]): number[] {
  const known = new Map([...new Set(names)].map((name, i) => [name, i]))
  return names.map((name) => known.get(name) ?? 0)
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

/** The labelled tickets name these projects after their repositories. */
function fromGithub(row: Row): PlainTicket {
  const project = String(row.repo).replace(/^.*\//, '').toUpperCase()
  return {
    key: '',
    project,
    input: { ...emptyInput, title: text(row.title), description: text(row.body), type: text(row.label) },
  }
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
