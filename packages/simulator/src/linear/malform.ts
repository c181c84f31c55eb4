import type { Fault } from '../server/faults.ts'

type Malformed = Extract<Fault, { kind: 'malformed' }>
type Node = Readonly<Record<string, unknown>>

interface Answer {
  readonly data?: { readonly issues?: { readonly nodes?: readonly Node[]; readonly pageInfo?: object } } | null
}

/** Changes an answer's `issues` as the fault says, leaving the records untouched. `after` is the cursor that was sent. */
export function linearDistort(payload: unknown, fault: Fault, after: string | null): unknown {
  const { data } = payload as Answer
  const { nodes, pageInfo } = data?.issues ?? {}
  if (nodes === undefined) return payload
  if (fault.kind === 'malformed') return malformed(payload as Answer, nodes, fault)
  const isCircle = fault.kind === 'repeated-token' && after !== null
  if (fault.kind !== 'empty-page' && !isCircle) return payload
  const shown = fault.kind === 'empty-page' ? [] : nodes
  const issues = { ...data?.issues, nodes: shown, pageInfo: { ...pageInfo, hasNextPage: true, endCursor: after } }
  return { ...(payload as object), data: { ...data, issues } }
}

/** One issue with a field of the wrong shape. */
function malformed(payload: Answer, nodes: readonly Node[], fault: Malformed): unknown {
  const { data } = payload
  const at = nodes.findIndex(({ id }) => fault.issueId === undefined || id === fault.issueId)
  const node = nodes[at]
  if (node === undefined) return payload
  const { [fault.field]: _removed, ...others } = node
  const broken = fault.value === undefined ? others : { ...others, [fault.field]: fault.value }
  return { ...payload, data: { ...data, issues: { ...data?.issues, nodes: nodes.with(at, broken) } } }
}
