import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
  parse,
  validate,
} from 'graphql'
import { complexityOf } from './complexity.ts'
import type { LinearContext } from './context.ts'
import { planQuery, type QueryPlan } from './plan.ts'
import { mutationResolvers, queryResolvers } from './queries.ts'
import { type TypeResolvers, typeResolvers } from './resolvers.ts'

/** A request that was understood, or the errors for which it is refused. */
export type PreparedRequest = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

export interface LinearExecutor {
  readonly schema: GraphQLSchema
  /** Parses and validates; remembers documents, since clients repeat them. */
  prepare(query: string): PreparedRequest
  complexity(document: DocumentNode, variables: Readonly<Record<string, unknown>>): number
  run(
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    context: LinearContext,
  ): Promise<ExecutionResult> | ExecutionResult
}

const documentsMax = 500

/** The schema with its resolvers, ready to answer. */
export function createLinearExecutor(): LinearExecutor {
  const schema = buildSchema(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))
  attach(schema, { ...typeResolvers, Query: queryResolvers, Mutation: mutationResolvers })
  const known = new Map<string, PreparedRequest>()
  const plans = new WeakMap<DocumentNode, QueryPlan | null>()
  return {
    schema,
    complexity: complexityOf,
    prepare: (query) => {
      const remembered = known.get(query)
      if (remembered !== undefined) return remembered
      const prepared = prepare(schema, query)
      if (known.size >= documentsMax) known.clear()
      known.set(query, prepared)
      return prepared
    },
    run: (document, variables, context) => {
      let plan = plans.get(document)
      if (plan === undefined) {
        plan = planQuery(schema, document)
        plans.set(document, plan)
      }
      if (plan !== null) {
        try {
          return { data: plan(variables, context) }
        } catch {
          // Whatever went wrong goes wrong again below, where it gets its path and its words.
        }
      }
      return execute({ schema, document, variableValues: variables, contextValue: context }) as Promise<ExecutionResult>
    },
  }
}

function prepare(schema: GraphQLSchema, query: string): PreparedRequest {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? { errors } : { document }
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] }
    throw error
  }
}

function attach(schema: GraphQLSchema, resolvers: Readonly<Record<string, TypeResolvers<never>>>): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName)
    if (!isObjectType(type)) throw new Error(`The schema has no object type '${typeName}'.`)
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name]
      if (field === undefined) throw new Error(`The schema has no field '${typeName}.${name}'.`)
      field.resolve = resolve as NonNullable<typeof field.resolve>
    }
  }
}
