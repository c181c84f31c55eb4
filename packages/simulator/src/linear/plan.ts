import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { LinearContext } from './context.ts'

/**
 * Answers a query, or throws whenever anything is out of the ordinary: then the general executor has to answer, which
 * also finds the right words for errors. A page of 50 issues with 25 history rows has some 45,000 fields, on each of
 * which the general executor spends about a microsecond.
 */
export type QueryPlan = (
  variables: Readonly<Record<string, unknown>>,
  context: LinearContext,
) => Record<string, unknown>

/** A plan for a validated document; `null` for what plans do not cover: mutations, directives, `__typename`. */
export function planQuery(schema: GraphQLSchema, document: DocumentNode): QueryPlan | null {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  const root = schema.getQueryType()
  if (operations.length !== 1 || operation?.operation !== 'query' || !root) return null
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const fields = planFields(fragments, root, [operation.selectionSet])
  return fields === null ? null : (variables, context) => runPlan(schema, operation, fields, variables, context)
}

type VariableValues = Parameters<typeof getArgumentValues>[2]

interface Run {
  readonly context: LinearContext
  readonly variables: VariableValues
  readonly args: Map<FieldPlan, Record<string, unknown>>
}

interface FieldPlan {
  readonly name: string
  readonly node: FieldNode
  readonly field: GraphQLField<unknown, unknown>
  readonly isRequired: boolean
  readonly isList: boolean
  /** `null`: a scalar, or a list of them. */
  readonly inner: readonly FieldPlan[] | null
}

function runPlan(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fields: readonly FieldPlan[],
  inputs: Readonly<Record<string, unknown>>,
  context: LinearContext,
): Record<string, unknown> {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], inputs)
  if (!('variableValues' in coerced) || coerced.variableValues === undefined)
    throw new Error('The variables do not fit.')
  return readObject({}, fields, { context, variables: coerced.variableValues, args: new Map() })
}

function readObject(source: object, fields: readonly FieldPlan[], run: Run): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const plan of fields) {
    const value = readField(source, plan, run)
    if (value === null || value === undefined) {
      if (plan.isRequired) throw new Error(`'${plan.field.name}' must not be null.`)
      result[plan.name] = null
    } else if (plan.inner === null) result[plan.name] = value
    else if (plan.isList) {
      const { inner } = plan
      result[plan.name] = (value as readonly object[]).map((entry) => readObject(entry, inner, run))
    } else result[plan.name] = readObject(value as object, plan.inner, run)
  }
  return result
}

/** Resolvers here never look at the execution's `info`. */
const noInfo = null as unknown as GraphQLResolveInfo

function readField(source: object, plan: FieldPlan, run: Run): unknown {
  const { field } = plan
  if (field.resolve === undefined) return (source as Readonly<Record<string, unknown>>)[field.name]
  let args = run.args.get(plan)
  if (args === undefined) {
    args = getArgumentValues(field, plan.node, run.variables)
    run.args.set(plan, args)
  }
  return field.resolve(source, args, run.context, noInfo)
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function planFields(
  fragments: Fragments,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): FieldPlan[] | null {
  const found = new Map<string, FieldNode[]>()
  if (!sets.every((set) => collect(fragments, set, found))) return null
  const plans: FieldPlan[] = []
  for (const [name, nodes] of found) {
    const [node] = nodes
    const field = type.getFields()[node?.name.value ?? '']
    if (node === undefined || field === undefined) return null
    const named = getNamedType(field.type)
    const nullable = isNonNullType(field.type) ? field.type.ofType : field.type
    const inner = isObjectType(named)
      ? planFields(
          fragments,
          named,
          nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
        )
      : null
    if (isObjectType(named) && inner === null) return null
    plans.push({ name, node, field, isRequired: isNonNullType(field.type), isList: isListType(nullable), inner })
  }
  return plans
}

/** Fields of one response name, over all fragments; false when there is something that plans do not cover. */
function collect(fragments: Fragments, set: SelectionSetNode, found: Map<string, FieldNode[]>): boolean {
  return set.selections.every((selection) => {
    if ((selection.directives ?? []).length > 0) return false
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value
      found.set(name, [...(found.get(name) ?? []), selection])
      return selection.name.value !== '__typename'
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet
    return inner !== undefined && collect(fragments, inner, found)
  })
}
