import type { Fault } from '../server/faults.ts'

type Malformed = Extract<Fault, { kind: 'malformed' }>

/** Changes an answer's content as the fault says, leaving the records untouched. Cloud's search empties its pages itself. */
export function jiraDistort(payload: unknown, fault: Fault): unknown {
  if (typeof payload !== 'object' || payload === null) return payload
  if (fault.kind === 'empty-page' && 'total' in payload && 'issues' in payload) return { ...payload, issues: [] }
  return fault.kind === 'malformed' ? malformed(payload, fault) : payload
}

/** One issue of the answer with a field of the wrong shape. */
function malformed(payload: object, fault: Malformed): unknown {
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
