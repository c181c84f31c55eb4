import { randomUUID } from 'node:crypto'
import type { TrackerAccount, TrackerKind } from '@headroom/domain'
import { testDatabase } from '@headroom/testkit'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { insertConnection, inTransaction, openStore, updatePerson, writeAccounts } from '../src/index.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })

afterAll(async () => {
  await store.close()
  await database.drop()
})

beforeEach(async () => {
  for (const table of ['connections', 'absences', 'people', 'audit_log']) await store.pool.query(`DELETE FROM ${table}`)
})

async function connect(kind: TrackerKind): Promise<string> {
  const id = randomUUID()
  const rest = { baseUrl: 'https://tracker.example', sealedCredentials: '', scope: {} }
  await insertConnection(store.db, { id, kind, name: id, ...rest })
  return id
}

async function sync(connectionId: string, accountId: string, changes: Partial<TrackerAccount> = {}): Promise<void> {
  const account = { displayName: accountId, email: null, kind: 'human', active: true, timeZone: null } as const
  await inTransaction(store, (tx) => writeAccounts(tx, connectionId, [{ accountId, ...account, ...changes }]))
}

async function personOf(accountId: string): Promise<string> {
  const { rows } = await store.pool.query(`SELECT person_id FROM accounts WHERE account_id = $1`, [accountId])
  return rows[0]?.person_id
}

async function kindOf(accountId: string): Promise<string> {
  const { rows } = await store.pool.query(`SELECT kind FROM people WHERE id = $1`, [await personOf(accountId)])
  return rows[0]?.kind
}

const change = async (id: string, changes: Parameters<typeof updatePerson>[2]) => {
  expect(await inTransaction(store, (tx) => updatePerson(tx, id, changes))).toMatchObject({ kind: 'moved' })
}
const address = 'Ann@acme.example'

describe('one human over trackers', () => {
  test('is one person by an address that both trackers vouch for, in any case and order', async () => {
    await sync(await connect('jira-cloud'), 'ann-j', { email: address })
    await sync(await connect('linear'), 'ann-l', { email: ' ann@ACME.example' })

    expect(await personOf('ann-j')).toBe(await personOf('ann-l'))
  })

  test('also when a tracker shows the address only later; the move is in the audit log', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'ann-j')
    await sync(linear, 'ann-l', { email: address })
    const before = await personOf('ann-j')

    await sync(jira, 'ann-j', { email: address })

    expect(await personOf('ann-j')).toBe(await personOf('ann-l'))
    const { rows } = await store.pool.query(`SELECT actor, action, detail FROM audit_log`)
    expect(rows).toMatchObject([
      { actor: 'ingest', action: 'person.match', detail: { accountId: 'ann-j', from: before } },
    ])
  })

  test.each([
    ['typed into Jira Data Center', 'jira-dc', {}],
    ['of a bot, which may be its owner’s', 'jira-cloud', { kind: 'bot' }],
  ] as const)('is not recognised by an address %s', async (_, kind, changes) => {
    await sync(await connect('linear'), 'ann-l', { email: address })
    await sync(await connect(kind), 'other', { email: address, ...changes })

    expect(await personOf('other')).not.toBe(await personOf('ann-l'))
  })

  test('is not mixed up with whoever has the address of somebody who has another by now', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'old-ann', { email: address })
    await sync(jira, 'old-ann', { email: 'ann.married@acme.example' })

    await sync(linear, 'new-ann', { email: address })
    await sync(linear, 'old-ann-too', { email: 'ann.married@acme.example' })

    expect(await personOf('new-ann')).not.toBe(await personOf('old-ann'))
    expect(await personOf('old-ann-too')).toBe(await personOf('old-ann'))
  })

  test('keeps what somebody stated: a person with absences is not left behind for an address', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'ann-j')
    await sync(linear, 'ann-l', { email: address })
    await change(await personOf('ann-j'), { absences: [{ from: '2026-08-01', to: '2026-08-14', fraction: 1 }] })

    await sync(jira, 'ann-j', { email: address })

    expect(await personOf('ann-j')).not.toBe(await personOf('ann-l'))
  })
})

describe('what a person decided survives every later sync', () => {
  test('a merge by hand', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'ann-j')
    await sync(linear, 'ann-l')
    await sync(linear, 'somebody-else', { email: address })
    const ann = await personOf('ann-j')
    await change(ann, { accounts: [{ connectionId: linear, accountId: 'ann-l' }] })

    await sync(linear, 'ann-l', { email: address })

    expect(await personOf('ann-l')).toBe(ann)
  })

  test('the parting of two whose address is the same', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'shared-j', { email: address })
    await sync(linear, 'shared-l', { email: address })
    const both = await personOf('shared-j')
    await change(both, { accounts: [{ connectionId: jira, accountId: 'shared-j' }] })
    const alone = await personOf('shared-l')

    await sync(linear, 'shared-l', { email: address, displayName: 'Shared' })
    await sync(await connect('jira-cloud'), 'third', { email: address })

    expect(alone).not.toBe(both)
    expect(await personOf('shared-l')).toBe(alone)
    expect([alone, both]).not.toContain(await personOf('third'))
  })

  test('that somebody is a bot, or is none', async () => {
    const jira = await connect('jira-cloud')
    await sync(jira, 'pipeline')
    await sync(jira, 'ann', { kind: 'bot' })
    expect([await kindOf('pipeline'), await kindOf('ann')]).toEqual(['human', 'bot'])
    await change(await personOf('pipeline'), { kind: 'bot' })
    await change(await personOf('ann'), { kind: 'human' })

    await sync(jira, 'pipeline', { displayName: 'The pipeline' })
    await sync(jira, 'ann', { kind: 'bot', displayName: 'Ann' })

    expect([await kindOf('pipeline'), await kindOf('ann')]).toEqual(['bot', 'human'])
  })
})

test('as long as nobody decided, a person is what the accounts are: a bot when all of them are', async () => {
  const jira = await connect('jira-cloud')
  await sync(jira, 'app')
  await sync(jira, 'app', { kind: 'bot' })
  expect(await kindOf('app')).toBe('bot')

  await sync(jira, 'app', { kind: 'human' })
  expect(await kindOf('app')).toBe('human')
})

describe('accounts that leave a person', () => {
  test('go back to the person they came from, with what was stated about that person', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'ann-j')
    await sync(linear, 'ann-l')
    const [j, l] = [await personOf('ann-j'), await personOf('ann-l')]
    const keys = { j: { connectionId: jira, accountId: 'ann-j' }, l: { connectionId: linear, accountId: 'ann-l' } }
    await change(l, { fte: 0.5 })
    await change(j, { accounts: [keys.j, keys.l] })
    expect(await personOf('ann-l')).toBe(j)

    await change(j, { accounts: [keys.j] })

    expect(await personOf('ann-l')).toBe(l)
    expect((await store.pool.query(`SELECT fte FROM people WHERE id = $1`, [l])).rows).toEqual([{ fte: 0.5 }])
  })

  test('are refused when nothing of the person would be left, or when nobody knows them; then nothing changes', async () => {
    const [jira, linear] = [await connect('jira-cloud'), await connect('linear')]
    await sync(jira, 'ann-j')
    await sync(linear, 'ann-l')
    const ann = await personOf('ann-j')
    const l = { connectionId: linear, accountId: 'ann-l' }
    await change(ann, { accounts: [l] })
    const wish = (accounts: { connectionId: string; accountId: string }[]) =>
      inTransaction(store, (tx) => updatePerson(tx, ann, { accounts, fte: 0.1 }))

    expect(await wish([l])).toEqual({ kind: 'own-account', account: { connectionId: jira, accountId: 'ann-j' } })
    const nobodys = { connectionId: jira, accountId: 'ann-l' }
    expect(await wish([l, nobodys])).toEqual({ kind: 'unknown-accounts', accounts: [nobodys] })
    expect((await store.pool.query(`SELECT fte FROM people WHERE id = $1`, [ann])).rows).toEqual([{ fte: 1 }])
  })
})
