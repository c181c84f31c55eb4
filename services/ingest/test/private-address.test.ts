import { randomUUID } from 'node:crypto'
import { createSealedBox } from '@headroom/runtime'
import { type Connection, findConnection, insertConnection, openStore } from '@headroom/store'
import { freePort, testDatabase } from '@headroom/testkit'
import { TrackerUnavailableError } from '@headroom/trackers'
import { afterAll, expect, test } from 'vitest'
import { trackerOpener } from '../src/tracker-access.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
const box = createSealedBox(Buffer.alloc(32, 2).toString('base64'), 'tracker-credentials')

afterAll(async () => {
  await store.close()
  await database.drop()
})

async function connection(baseUrl: string): Promise<Connection> {
  const id = randomUUID()
  const sealedCredentials = box.seal(JSON.stringify({ token: 'pat' }), id)
  await insertConnection(store.db, { id, kind: 'jira-dc', name: id, baseUrl, scope: {}, sealedCredentials })
  return (await findConnection(store.db, id)) as Connection
}

// Nothing listens there: what is connected to is refused by the machine, what is not by us.
const closed = await freePort()

test('a name that leads inside is not connected to, unless that is allowed', async () => {
  const guarded = trackerOpener({ box, store, allowPrivate: () => false })
  const open = trackerOpener({ box, store, allowPrivate: () => true })
  const inside = await connection(`http://localhost:${closed}`)

  await expect(guarded(inside).test()).rejects.toThrow(/leads to a private or loopback address/)
  await expect(open(inside).test()).rejects.toThrow(TrackerUnavailableError)
})

test('an address that was let in as such is connected to', async () => {
  const guarded = trackerOpener({ box, store, allowPrivate: () => false })

  await expect(guarded(await connection(`http://127.0.0.1:${closed}`)).test()).rejects.toThrow(/refuses the connection/)
})
