import type { Fault } from '../server/faults.ts'

type Malformed = Extract<Fault, { kind: 'malformed' }>
type Node = Readonly<Record<string, unknown>>

/** Gives one issue of an answer's `issues` a field of the wrong shape (see the fault), leaving the records untouched. */
export function linearMalform(payload: unknown, fault: Malformed): unknown {
  const { data } = payload as { data?: { issues?: { nodes?: readonly Node[] } } | null }
  const nodes = data?.issues?.nodes
  if (nodes === undefined) return payload
  const at = nodes.findIndex(({ id }) => fault.issueId === undefined || id === fault.issueId)
  const node = nodes[at]
  if (node === undefined) return payload
  const { [fault.field]: _removed, ...others } = node
  const broken = fault.value === undefined ? others : { ...others, [fault.field]: fault.value }
  return { ...(payload as object), data: { ...data, issues: { ...data?.issues, nodes: nodes.with(at, broken) } } }
}
