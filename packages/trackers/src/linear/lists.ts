import { z } from 'zod'
import { TrackerProtocolError } from '../errors.ts'
import type { LinearRequest } from './client.ts'
import { connection } from './schema.ts'

/** One request whose data is checked against what we need of it. */
export async function readChecked<T>(
  request: LinearRequest,
  schema: z.ZodType<T>,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  options?: { readonly attempts: number },
): Promise<T> {
  return checked(schema, (await request(query, variables, options)).data)
}

/** Data checked against what we need of it; anything else is not Linear's protocol. */
export function checked<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const where = result.error.issues[0]
  throw new TrackerProtocolError(`Linear answered with something unknown: ${where?.path.join('.')} ${where?.message}`)
}

/** The pages of a list by Linear's cursor: right for lists in order of creation, which changes do not disturb. */
export async function* readPages<T>(
  request: LinearRequest,
  query: string,
  name: string,
  node: z.ZodType<T>,
  variables: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<readonly T[]> {
  const schema = z.object({ [name]: connection.extend({ nodes: z.array(node) }) })
  const used = new Set<string>()
  let after: string | null = null
  for (;;) {
    const answer: Record<string, { nodes: T[]; pageInfo: z.infer<typeof connection>['pageInfo'] }> = await readChecked(
      request,
      schema,
      query,
      { ...variables, after },
    )
    const page = answer[name]
    if (!page) return
    yield page.nodes
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null
    if (after === null || used.has(after)) return
    used.add(after)
  }
}

export async function readAll<T>(
  request: LinearRequest,
  query: string,
  name: string,
  node: z.ZodType<T>,
): Promise<T[]> {
  const all: T[] = []
  for await (const nodes of readPages(request, query, name, node)) all.push(...nodes)
  return all
}
