import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, type ValueNode } from 'graphql'
import { pageSizeDefault } from './connection.ts'

type Variables = Readonly<Record<string, unknown>>

/**
 * Points of a request by Linear's published rule: a property 0.1, an object 1, a connection multiplies what is below it
 * by its `first` (50 when left out), rounded up. `pageInfo` is free here; the rule does not say.
 */
export function complexityOf(document: DocumentNode, variables: Variables): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: SelectionSetNode | undefined
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    if (definition.kind === Kind.OPERATION_DEFINITION) operation ??= definition.selectionSet
  }
  return operation === undefined ? 0 : Math.ceil(roundOff(selectionCost(operation, fragments, variables)))
}

function selectionCost(
  selection: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): number {
  let cost = 0
  for (const node of selection.selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(node.name.value)
      if (fragment !== undefined) cost += selectionCost(fragment.selectionSet, fragments, variables)
    } else if (node.kind === Kind.INLINE_FRAGMENT) cost += selectionCost(node.selectionSet, fragments, variables)
    else if (node.selectionSet === undefined) cost += 0.1
    else if (node.name.value !== 'pageInfo') {
      const inner = selectionCost(node.selectionSet, fragments, variables)
      const isConnection = node.selectionSet.selections.some(
        (child) => child.kind === Kind.FIELD && ['nodes', 'edges'].includes(child.name.value),
      )
      const first = node.arguments?.find(({ name }) => name.value === 'first')?.value
      cost += isConnection ? inner * pageSize(first, variables) : 1 + inner
    }
  }
  return cost
}

function pageSize(value: ValueNode | undefined, variables: Variables): number {
  const size =
    value?.kind === Kind.INT ? Number(value.value) : value?.kind === Kind.VARIABLE ? variables[value.name.value] : null
  return typeof size === 'number' ? size : pageSizeDefault
}

/** Sums of tenths drift in binary; a drift must not cost a whole point. */
function roundOff(cost: number): number {
  return Math.round(cost * 1000) / 1000
}
