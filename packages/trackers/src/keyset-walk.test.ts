import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TrackerProtocolError } from './errors.ts'
import { createKeysetWalk, type Walk, type WalkPage, type WalkSource } from './keyset-walk.ts'
import type { Cursor } from './tracker.ts'

interface Row {
  readonly id: string
  readonly created: number
}

/** A tracker with all the habits that we know: ties, short and empty pages, chains that end early, tokens that expire. */
interface Habits {
  readonly pageSize: number
  readonly emptyEvery: number
  readonly chainMax: number
  /** Which of the reads by token find their token expired; afterwards none does. */
  readonly expired: readonly boolean[]
}

function tracker(rows: () => readonly Row[], habits: Habits): WalkSource<Row> {
  let calls = 0
  let tokens = 0
  return {
    grainMs: 60_000,
    idOf: (row) => row.id,
    createdOf: (row) => row.created,
    async read(from, token): Promise<WalkPage<Row>> {
      calls++
      if (token !== null && habits.expired[tokens++]) {
        throw new TrackerProtocolError('token expired', { status: 400 })
      }
      const [offset, step] = token === null ? [0, 0] : token.split('/').map(Number)
      const found = rows()
        .filter((row) => row.created >= from)
        .toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
      const start = offset ?? 0
      const isEmpty = habits.emptyEvery > 0 && calls % habits.emptyEvery === 0 && start < found.length
      const page = isEmpty ? [] : found.slice(start, start + habits.pageSize)
      const next = start + page.length
      const isOver = next >= found.length || (step ?? 0) + 1 >= habits.chainMax
      return { rows: page, token: isOver ? null : `${next}/${(step ?? 0) + 1}` }
    },
  }
}

const habits = fc.record({
  pageSize: fc.integer({ min: 1, max: 7 }),
  emptyEvery: fc.constantFrom(0, 3, 5),
  chainMax: fc.constantFrom(30, 1000),
  expired: fc.array(fc.boolean(), { maxLength: 20 }),
})
/** Few distinct minutes, so that many rows tie. */
const rows = fc
  .array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 })
  .map((minutes) => minutes.map((minute, i): Row => ({ id: `t${i}`, created: minute * 60_000 + (i % 3) * 1000 })))
const crashes = fc.array(fc.boolean(), { maxLength: 80 })

/** A page, or the failure that a job repeats later from the same cursor. */
async function nextPage(walk: Walk<Row>, cursor: Cursor | null) {
  try {
    return await walk(cursor)
  } catch (error) {
    if (error instanceof TrackerProtocolError && error.status === 400) return 'failed'
    throw error
  }
}

describe('the walk over all tickets', () => {
  it('gives every ticket exactly once, whatever the pages look like and wherever it crashes and resumes', async () => {
    await fc.assert(
      fc.asyncProperty(rows, habits, crashes, async (all, how, crashAt) => {
        const found: string[] = []
        const source = tracker(() => all, how)
        let walk = createKeysetWalk(source)
        let cursor: Cursor | null = null
        for (let step = 0; ; step++) {
          if (step > 500) throw new Error('the walk does not end')
          const page = await nextPage(walk, cursor)
          if (page === 'failed') continue
          found.push(...page.rows.map((row) => row.id))
          cursor = JSON.parse(JSON.stringify(page.next)) as Cursor | null
          if (cursor === null) break
          if (crashAt[step]) walk = createKeysetWalk(source)
        }

        expect(found.toSorted()).toEqual(all.map((row) => row.id).toSorted())
      }),
    )
  })

  it('loses no ticket that is there from the beginning while new ones are created', async () => {
    await fc.assert(
      fc.asyncProperty(rows, habits, async (begun, how) => {
        const all = [...begun]
        const walk = createKeysetWalk(tracker(() => all, how))
        const found = new Set<string>()
        let cursor: Cursor | null = null
        for (let step = 0; step < 500; step++) {
          const page = await nextPage(walk, cursor)
          if (page === 'failed') continue
          for (const row of page.rows) found.add(row.id)
          if (step < 10) all.push({ id: `new${step}`, created: 9 * 60_000 + step })
          cursor = page.next
          if (cursor === null) break
        }

        expect(begun.filter((row) => !found.has(row.id))).toEqual([])
      }),
    )
  })

  it('asks for the next page while the last one is being stored, once', async () => {
    const asked: (string | null)[] = []
    const source = tracker(() => Array.from({ length: 9 }, (_, i) => ({ id: `t${i}`, created: i * 60_000 })), {
      pageSize: 3,
      emptyEvery: 0,
      chainMax: 1000,
      expired: [],
    })
    const walk = createKeysetWalk({
      ...source,
      read: (from, token) => {
        asked.push(token)
        return source.read(from, token)
      },
    })

    const first = await walk(null)

    expect(asked).toEqual([null, '3/1'])
    await walk(first.next)
    expect(asked).toEqual([null, '3/1', '6/2'])
  })

  it('stops with an error when the pages go round in a circle', async () => {
    const walk = createKeysetWalk<Row>({
      grainMs: 1,
      idOf: (row) => row.id,
      createdOf: (row) => row.created,
      read: async () => ({ rows: [], token: 'again' }),
    })

    await expect(walk(null)).rejects.toThrow(TrackerProtocolError)
  })
})
