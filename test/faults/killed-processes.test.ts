import { randomBytes, randomUUID } from 'node:crypto'
import { createSealedBox } from '@headroom/runtime'
import { type SmallTracker, type SmallTrackerKind, startSmallTracker } from '@headroom/simulator'
import { insertConnection, openStore, type Store } from '@headroom/store'
import { type TestDatabase, testDatabase } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, runProgram } from '../child-process.ts'
import { age } from './age.ts'
import { differences } from './compare.ts'

/**
 * Commits at which one process after the other dies, counted from its start. The same moments are all gone through inside
 * of one process by the fault matrix; here some of them end a real one.
 */
const deaths = [
  [2, 'before'],
  [5, 'after'],
  [9, 'before'],
  [12, 'after'],
  [16, 'before'],
] as const

describe.each<SmallTrackerKind>(['jira-cloud', 'jira-dc', 'linear'])('ingest of %s, killed with SIGKILL', (kind) => {
  const secretKey = randomBytes(32).toString('base64')
  const connectionId = randomUUID()
  const clock = { ms: Date.now() - 3_600_000 }
  let database: TestDatabase
  let store: Store
  let tracker: SmallTracker

  beforeAll(async () => {
    database = await testDatabase()
    store = openStore({ url: database.url, connectionsMax: 2 })
    tracker = await startSmallTracker({ kind, clock, jira: { searchFieldsMax: 8, searchIdsMax: 8, dcSearchMax: 8 } })
    for (let i = 0; i < 40; i += 1) {
      clock.ms += 20_000
      tracker.create(`Ticket ${i}`)
    }
    const box = createSealedBox(secretKey, 'tracker-credentials')
    await insertConnection(store.db, {
      ...{ id: connectionId, kind, name: kind, baseUrl: tracker.url, scope: {} },
      sealedCredentials: box.seal(JSON.stringify(tracker.credentials), connectionId),
    })
  })
  afterAll(async () => {
    await tracker?.stop()
    await store?.close()
    await database?.drop()
  })

  const start = (...death: string[]) =>
    runProgram('test/faults/ingest-process.ts', [database.url, secretKey, ...death], {})

  test('the processes that follow go on where it stood: nothing is lost, nothing doubled', async () => {
    for (const [commit, side] of deaths) {
      const { child, ended, stderr } = start(String(commit), side)
      const code = await Promise.race([ended, everythingRead().then(() => 'finished')])
      // It may have had nothing left to do before it came to that commit.
      if (code === 'finished') child.kill('SIGKILL')
      else expect([child.signalCode, stderr()]).toEqual(['SIGKILL', ''])
      await ended
      clock.ms += 20_000
      const [id = ''] = tracker.ids()
      tracker.edit(id, { title: `Changed after the kill at ${commit}`, status: 'In Progress' })
      await age(store, connectionId, 10 * 60_000)
    }
    const { child, ended } = start()
    await everythingRead()
    child.kill('SIGKILL')
    await ended
  }, 240_000)

  async function everythingRead(): Promise<true> {
    return eventually(
      `everything of ${kind} is read`,
      async () => (await differences(store, connectionId, tracker.truth())).length === 0,
      120_000,
    )
  }
})
