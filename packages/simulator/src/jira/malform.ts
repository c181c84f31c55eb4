import type { Fault } from '../server/faults.ts'

type Malformed = Extract<Fault, { kind: 'malformed' }>

/** Gives one issue of an answer a field of the wrong shape (see the fault), leaving the records untouched. */
export function jiraMalform(payload: unknown, fault: Malformed): unknown {
  if (typeof payload !== 'object' || payload === null) return payload
  if ('issues' in payload && Array.isArray(payload.issues)) {
    const at = payload.issues.findIndex((issue) => fault.issueId === undefined || issue?.id === fault.issueId)
    return at < 0 ? payload : { ...payload, issues: payload.issues.with(at, broken(payload.issues[at], fault)) }
  }
  return 'fields' in payload ? broken(payload, fault) : payload
}

function broken(issue: unknown, { field, value }: Malformed): unknown {
  const { fields, ...rest } = issue as { fields?: Record<string, unknown> }
  const { [field]: _removed, ...others } = fields ?? {}
  return { ...rest, fields: value === undefined ? others : { ...others, [field]: value } }
}
