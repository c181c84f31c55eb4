import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SmallTrackerKind } from '@headroom/simulator'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { cases } from './cases.ts'
import { openShop, type Shop } from './world.ts'

const kinds: readonly SmallTrackerKind[] = ['jira-cloud', 'jira-dc', 'linear']

/** All cases for one kind of tracker, in a file of its own so that the kinds are tested side by side. */
export function faultMatrixOf(kind: SmallTrackerKind): void {
  const outcomes: Record<string, string> = {}
  const shops = new Map<string, Promise<Shop>>()
  const shopIn = (timeZone: string) => {
    const open = shops.get(timeZone) ?? openShop({ kind, timeZone })
    shops.set(timeZone, open)
    return open
  }

  describe(`after a fault the store tells the truth of ${kind}`, () => {
    for (const { name, not, tickets, startAt, timeZone = 'Etc/UTC', run } of cases) {
      const reason = not?.[kind]
      outcomes[name] = reason === undefined ? 'not run' : `skipped: ${reason}`
      test.skipIf(reason !== undefined)(
        name,
        async () => {
          outcomes[name] = 'FAILED'
          const shop = await shopIn(timeZone)
          const world = await shop.world({ ...(tickets ? { tickets } : {}), ...(startAt ? { startAt } : {}) })
          await run(world)
          expect(await world.settle()).toEqual([])
          outcomes[name] = 'ok'
        },
        240_000,
      )
    }
    afterAll(async () => {
      for (const shop of shops.values()) await (await shop).stop()
      printMatrix(kind, outcomes)
    })
  })
}

/**
 * The kinds are tested by different processes, so each leaves its column for the one that ends last. `FAULT_MATRIX` names a
 * file that gets the matrix too.
 */
function printMatrix(kind: SmallTrackerKind, outcomes: Readonly<Record<string, string>>): void {
  const folder = path.resolve(import.meta.dirname, '../../node_modules/.cache/fault-matrix', inject('testRunId'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, `${kind}.json`), JSON.stringify(outcomes))
  const there = readdirSync(folder)
  const columns = kinds.filter((column) => there.includes(`${column}.json`))
  if (columns.length < kinds.length && outcomes[cases[0]?.name ?? ''] === 'not run') return
  const of = columns.map((column) => JSON.parse(readFileSync(path.join(folder, `${column}.json`), 'utf8')))
  const notes: string[] = []
  const rows = cases.map(({ name }) => [name, ...of.map((column) => short(column[name], notes))])
  const widths = ['', ...columns].map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const text = [line(['', ...columns]), ...rows.map(line), '', ...notes.map((note, i) => `(${i + 1}) ${note}`)].join(
    '\n',
  )
  process.stdout.write(`\n${text}\n\n`)
  const file = process.env.FAULT_MATRIX
  if (file) writeFileSync(file, `${text}\n`)
}

/** What was skipped says why below the matrix. */
function short(outcome: string, notes: string[]): string {
  if (!outcome.startsWith('skipped: ')) return outcome
  const reason = outcome.slice('skipped: '.length)
  if (!notes.includes(reason)) notes.push(reason)
  return `skipped (${notes.indexOf(reason) + 1})`
}
