import { expect, test } from 'vitest'
import { type LinearRequest, QueryTooComplexError } from './client.ts'
import { createTicketReader } from './ticket-reader.ts'

/** Answers queries for at most `max()` tickets, and writes down how many each asked for. */
function priced(max: () => number) {
  const asked: number[] = []
  const request: LinearRequest = async (_query, variables) => {
    const first = Number(variables.first)
    asked.push(first)
    if (first > max()) throw new QueryTooComplexError('Query too complex')
    return { data: { issues: { nodes: [], pageInfo: { hasNextPage: false } } }, headers: new Headers() }
  }
  const reader = createTicketReader(request, { info: () => {}, warn: () => {} })
  const read = async (times: number) => {
    for (let n = 0; n < times; n++) await reader.readPage({}, null)
  }
  return { asked, read }
}

test('a query that is too complex is halved until it passes, and asks for more again once the price allows it', async () => {
  let max = 12
  const { asked, read } = priced(() => max)

  await read(1)
  const before = [...asked]
  max = 50
  await read(200)

  expect(before).toEqual([50, 25, 12])
  expect(asked.at(-1)).toBe(50)
})

test('where the price stays, fewer and fewer queries are spent on asking for more', async () => {
  const { asked, read } = priced(() => 25)

  await read(2000)

  const refused = asked.filter((first) => first > 25).length
  expect(refused).toBeLessThan(12)
  expect(asked.slice(-300).filter((first) => first > 25).length).toBeLessThanOrEqual(1)
})
