import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../src/index.ts'
import { canReach } from '../src/server-user.ts'

const isRoot = process.getuid?.() === 0
const log = () => {}
// What is tested here does not depend on the disk being waited for; the defaults are read back in one test.
const settings = { fsync: 'off' }
const nobody = { uid: 65534, gid: 65534 }
const canBecomeNobody =
  isRoot &&
  (await canReach(nobody, path.dirname(await realpath(process.execPath)))) &&
  (await canReach(nobody, import.meta.dirname))
const prefix = path.join(tmpdir(), 'headroom-postgres-test-')
let initialised: string
let home: string

beforeAll(async () => {
  initialised = await mkdtemp(prefix)
  await (await startEmbeddedPostgres({ dataDir: initialised, log, settings })).stop()
})
afterAll(() => rm(initialised, { recursive: true, force: true }))
beforeEach(async () => {
  home = await mkdtemp(prefix)
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Puts a copy of initialised data at `home`, owners included, which takes less time than to initialise. */
function copyInitialised(): void {
  execFileSync('cp', ['-a', `${initialised}/.`, home])
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Runs a server in a process of its own; its first output is the server's address, or the problem and its message. */
function holdServer(dataDir: string, uid?: number) {
  const program = path.join(import.meta.dirname, 'hold-server.ts')
  const account = uid === undefined ? {} : { uid, gid: uid }
  return spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], ...account })
}

/** Such a process, killed as soon as its server runs. */
async function startAndKillOwner(dataDir: string, uid?: number): Promise<{ url: string; server: number }> {
  const owner = holdServer(dataDir, uid)
  const [url] = await once(owner.stdout.setEncoding('utf8'), 'data')
  owner.kill('SIGKILL')
  await once(owner, 'close')
  return { url, server: Number.parseInt(await readFile(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10) }
}

test('data and password outlive a restart, the password is for the owner alone, a second stop is harmless', async () => {
  const first = await startEmbeddedPostgres({ dataDir: home, log, settings })
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  await first.stop()

  const second = await startEmbeddedPostgres({ dataDir: home, log, settings })
  const rows = await query(second.url, 'SELECT answer FROM kept')
  await second.stop()

  expect(rows).toEqual([{ answer: 42 }])
  expect(new URL(second.url).password).toBe(new URL(first.url).password)
  expect((await stat(path.join(home, 'password'))).mode & 0o777).toBe(0o600)
})

test('the server is durable, speaks UTF-8, listens on this machine only, and wants the password', async () => {
  copyInitialised()
  const server = await startEmbeddedPostgres({ dataDir: home, log })
  const wrong = new URL(server.url)
  wrong.password = 'guess'

  const settingRows = await query(
    server.url,
    `SELECT name, setting FROM pg_settings WHERE name IN
     ('fsync', 'max_connections', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone') ORDER BY name`,
  )
  const refusal = query(wrong.href, 'SELECT 1')

  await expect(refusal).rejects.toMatchObject({ code: '28P01' })
  expect(Object.fromEntries(settingRows.map((row) => [row.name, row.setting]))).toEqual({
    fsync: 'on',
    listen_addresses: '127.0.0.1',
    max_connections: '60',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
    unix_socket_directories: '',
  })
  await server.stop()
})

test('a data directory in use is refused with the process that holds it', async () => {
  copyInitialised()
  const server = await startEmbeddedPostgres({ dataDir: home, log, settings })

  const second = startEmbeddedPostgres({ dataDir: home, log, settings })

  await expect(second).rejects.toMatchObject({
    problem: 'in-use',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  await server.stop()
})

test('of several starts at the same moment exactly one gets the data directory', async () => {
  const starts = await Promise.allSettled(
    [1, 2, 3, 4].map(() => startEmbeddedPostgres({ dataDir: home, log, settings })),
  )

  const running = starts.filter((start) => start.status === 'fulfilled').map((start) => start.value)
  const refused = starts.filter((start) => start.status === 'rejected').map((start) => start.reason.problem)

  expect(running).toHaveLength(1)
  expect(refused).toEqual(['in-use', 'in-use', 'in-use'])
  await running[0]!.stop()
})

test('the server that a killed process left running is stopped, and what it had committed is there', async () => {
  copyInitialised()
  const orphan = await startAndKillOwner(home)
  await query(orphan.url, 'CREATE TABLE kept AS SELECT 42 AS answer')

  const next = await startEmbeddedPostgres({ dataDir: home, log, settings })
  const rows = await query(next.url, 'SELECT answer FROM kept')
  await next.stop()

  expect(rows).toEqual([{ answer: 42 }])
  await expect(query(orphan.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('data whose server was killed too is recovered', async () => {
  copyInitialised()
  const orphan = await startAndKillOwner(home)
  await query(orphan.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  process.kill(orphan.server, 'SIGKILL')

  const next = await startEmbeddedPostgres({ dataDir: home, log, settings })
  const rows = await query(next.url, 'SELECT answer FROM kept')
  await next.stop()

  expect(rows).toEqual([{ answer: 42 }])
})

test('a process number in postmaster.pid that another program has now does not keep the server from starting', async () => {
  copyInitialised()
  await writeFile(path.join(home, 'cluster/postmaster.pid'), `${process.pid}\n${home}\n`)
  await symlink('1:0', path.join(home, 'owner'))

  const server = await startEmbeddedPostgres({ dataDir: home, log, settings })

  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
})

test('an interrupted initialisation is begun anew', async () => {
  await mkdir(path.join(home, 'cluster.new'))
  await writeFile(path.join(home, 'cluster.new/PG_VERSION'), '18\n')

  const server = await startEmbeddedPostgres({ dataDir: home, log, settings })

  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
})

test('a path that the system cannot hold is refused in one line', async () => {
  const dataDir = path.join(home, ...Array(30).fill('x'.repeat(200)))

  await expect(startEmbeddedPostgres({ dataDir, log, settings })).rejects.toMatchObject({
    problem: 'path-too-long',
    message: expect.not.stringContaining('\n'),
  })
})

test('a path that runs through a file is refused in one line', async () => {
  await writeFile(path.join(home, 'file'), '')

  const start = startEmbeddedPostgres({ dataDir: path.join(home, 'file/data'), log, settings })

  await expect(start).rejects.toMatchObject({ problem: 'not-writable', message: expect.not.stringContaining('\n') })
})

test('data of another version of PostgreSQL is named as such and left alone', async () => {
  copyInitialised()
  await writeFile(path.join(home, 'cluster/PG_VERSION'), '17\n')

  const start = startEmbeddedPostgres({ dataDir: home, log, settings })

  await expect(start).rejects.toMatchObject({
    problem: 'wrong-version',
    message: expect.stringContaining('PostgreSQL 17'),
  })
  await expect(start).rejects.toBeInstanceOf(EmbeddedPostgresError)
})

test.runIf(isRoot)(
  'as root the files of the cluster belong to an ordinary account, below a folder only root enters',
  async () => {
    const closed = path.join(home, 'closed')
    await mkdir(closed, { mode: 0o700 })

    const server = await startEmbeddedPostgres({ dataDir: path.join(closed, 'data'), log, settings })

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect((await stat(path.join(closed, 'data/cluster'))).uid).not.toBe(0)
    await server.stop()
  },
)

test.runIf(canBecomeNobody)('root goes on with the data of an ordinary user, and ends its server', async () => {
  await chown(home, nobody.uid, nobody.gid)
  const orphan = await startAndKillOwner(home, nobody.uid)
  await query(orphan.url, 'CREATE TABLE kept AS SELECT 42 AS answer')

  const server = await startEmbeddedPostgres({ dataDir: home, log, settings })
  const rows = await query(server.url, 'SELECT answer FROM kept')
  await server.stop()

  expect(rows).toEqual([{ answer: 42 }])
  expect((await stat(path.join(home, 'cluster'))).uid).toBe(nobody.uid)
  await expect(query(orphan.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test.runIf(canBecomeNobody)('an ordinary user is told whose the data directory is', async () => {
  copyInitialised()
  execFileSync('chmod', ['777', home])

  const [answer] = await once(holdServer(home, nobody.uid).stdout.setEncoding('utf8'), 'data')

  expect(answer).toMatch(
    /^not-writable: .* belongs to another user \(uid \d+\): start as that user, or set HEADROOM_DATA_DIR/,
  )
})

test.runIf(isRoot)('a full disk is named as such, and a later start begins anew', async ({ skip }) => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'none', home], { stdio: 'ignore' })
  } catch {
    return skip('this environment does not let root mount a small disk')
  }
  try {
    const start = startEmbeddedPostgres({ dataDir: home, log, settings })
    await expect(start).rejects.toMatchObject({ problem: 'disk-full', message: expect.not.stringContaining('\n') })
    execFileSync('mount', ['-o', 'remount,size=200m', home])

    const server = await startEmbeddedPostgres({ dataDir: home, log, settings })

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await server.stop()
  } finally {
    execFileSync('umount', [home])
  }
})
