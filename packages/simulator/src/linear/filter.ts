import { invalidInput } from './errors.ts'

/** A filter or comparator as it comes out of a GraphQL variable. */
export type FilterInput = Readonly<Record<string, unknown>>

type Row = object
/** Reads a field of a row; an object or a scalar. */
export type ReadField = (row: Row, field: string) => unknown

/** Compiles a filter to a test of rows. `nowMs` anchors durations ('-P2D'). */
export function compileFilter(filter: FilterInput, read: ReadField, nowMs: number): (row: Row) => boolean {
  const tests = Object.entries(filter)
    .filter(([, condition]) => condition !== null && condition !== undefined)
    .map(([field, condition]) => {
      if (field === 'and' || field === 'or') {
        const parts = (condition as FilterInput[]).map((part) => compileFilter(part, read, nowMs))
        return (row: Row) => (field === 'and' ? parts.every((part) => part(row)) : parts.some((part) => part(row)))
      }
      return compileCondition(field, condition as FilterInput, read, nowMs)
    })
  return (row) => tests.every((test) => test(row))
}

const comparators = new Set([
  'eq',
  'neq',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'null',
  'contains',
  'startsWith',
  'endsWith',
  'eqIgnoreCase',
])

function compileCondition(
  field: string,
  condition: FilterInput,
  read: ReadField,
  nowMs: number,
): (row: Row) => boolean {
  const names = Object.keys(condition)
  if (names.some((name) => !comparators.has(name))) {
    const related = compileFilter(condition, read, nowMs)
    return (row) => {
      const value = read(row, field)
      return typeof value === 'object' && value !== null && related(value)
    }
  }
  const isDate = field.endsWith('At')
  const tests = names.map((name) =>
    compare(name, condition[name], isDate ? (value) => timeOf(value, nowMs) : (value) => value),
  )
  return (row) => {
    const value = read(row, field) ?? null
    const comparable = isDate && typeof value === 'string' ? Date.parse(value) : value
    return tests.every((test) => test(comparable))
  }
}

type Test = (value: unknown) => boolean

function compare(name: string, operand: unknown, normal: (value: unknown) => unknown): Test {
  if (name === 'null') return (value) => (value === null) === operand
  if (operand === null) return (value) => (name === 'neq' ? value !== null : value === null)
  if (name === 'in' || name === 'nin') {
    const wanted = new Set((operand as unknown[]).map(normal))
    return (value) => wanted.has(value) === (name === 'in')
  }
  const bound = normal(operand)
  if (typeof bound === 'string') return compareText(name, bound)
  return compareOrdered(name, bound as number | boolean)
}

function compareOrdered(name: string, bound: number | boolean): Test {
  const ordered =
    (holds: (value: number) => boolean): Test =>
    (value) =>
      typeof value === 'number' && holds(value)
  switch (name) {
    case 'gt':
      return ordered((value) => value > Number(bound))
    case 'gte':
      return ordered((value) => value >= Number(bound))
    case 'lt':
      return ordered((value) => value < Number(bound))
    case 'lte':
      return ordered((value) => value <= Number(bound))
    case 'neq':
      return (value) => value !== bound
    default:
      return (value) => value === bound
  }
}

function compareText(name: string, bound: string): Test {
  const text =
    (holds: (value: string) => boolean): Test =>
    (value) =>
      typeof value === 'string' && holds(value)
  switch (name) {
    case 'contains':
      return text((value) => value.includes(bound))
    case 'startsWith':
      return text((value) => value.startsWith(bound))
    case 'endsWith':
      return text((value) => value.endsWith(bound))
    case 'eqIgnoreCase':
      return text((value) => value.toLowerCase() === bound.toLowerCase())
    case 'neq':
      return (value) => value !== bound
    default:
      return (value) => value === bound
  }
}

const duration = /^(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** An ISO time, or an ISO duration from now, in milliseconds. */
function timeOf(value: unknown, nowMs: number): number {
  const text = String(value)
  const parts = duration.exec(text)
  if (parts !== null) {
    const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(2).map((part) => Number(part ?? 0))
    const ms = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    return parts[1] === '-' ? nowMs - ms : nowMs + ms
  }
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalidInput(`"${text}" is neither a date nor a duration`)
  return ms
}
