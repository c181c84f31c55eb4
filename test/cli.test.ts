import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type JiraSimulator, loadReplay, startJiraSimulator } from '@headroom/simulator'
import { freePort } from '@headroom/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SmtpSink, startSmtpSink } from '../services/digest/test/smtp-sink.ts'
import { eventually, type RunningProcess, runProgram } from './child-process.ts'

const home = mkdtempSync(path.join(tmpdir(), 'headroom-cli-'))
const sample = path.resolve(import.meta.dirname, '../packages/simulator/samples/synthetic-dc.ndjson')
afterAll(() => rmSync(home, { recursive: true, force: true }))

type Environment = Readonly<Record<string, string>>

/** Starts a command on a data directory of the given name. */
function start(args: readonly string[], { dir = 'data', ...env }: Environment & { dir?: string } = {}): RunningProcess {
  return runProgram('services/headroom/src/main.ts', args, { HEADROOM_DATA_DIR: path.join(home, dir), ...env })
}

/** Runs a command to its end. */
async function run(args: readonly string[], env: Environment & { dir?: string } = {}) {
  const { ended, stdout, stderr } = start(args, env)
  return { code: await ended, stdout: stdout(), stderr: stderr(), lines: stdout().trimEnd().split('\n') }
}

describe('without anything running', () => {
  test('every command has its help, and what cannot be done is said in one line', async () => {
    const helps = [['--help'], ['connections', 'add', '--help'], ['export', '--help']]
    const mistakes: [string[], string][] = [
      [['foo'], 'There is no command "foo". See what there is with --help.\n'],
      [['report', '--bogus'], "unknown option '--bogus'. See what there is with --help.\n"],
      [['connections', 'add', 'x'], "required option '--kind <kind>' not specified. See what there is with --help.\n"],
      [['report', '--format', 'xml'], 'There is no format xml. Choose from text, json, csv, html.\n'],
      [['measure', '--from', '2026-02-31'], '--from 2026-02-31 is no day. Write it like 2026-09-01.\n'],
    ]

    for (const help of await Promise.all(helps.map((args) => run(args))))
      expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: headroom/) })
    const said = await Promise.all(mistakes.map(async ([args]) => run(args)))
    expect(said.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(
      mistakes.map(([, line]) => [1, '', line]),
    )
  })

  test('all wrong settings are reported together', async () => {
    const { code, stderr } = await run(['start'], { PORT: 'many', DATABASE_URL: 'here', LOG_LEVEL: 'loud' })

    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^The configuration has 3 problems:\n {2}- PORT .*\n {2}- DATABASE_URL .*\n {2}- LOG_LEVEL .*\n$/,
    )
  })

  test('a data directory that cannot be written is named with the remedy', async () => {
    const { code, stderr } = await run(['start'], { HEADROOM_DATA_DIR: '/dev/null/x', PORT: '0' })

    expect(code).toBe(1)
    expect(stderr).toMatch(/^Cannot write to \/dev\/null\/x\S*: set HEADROOM_DATA_DIR to another folder.*\n$/)
  })

  test('a busy port ends the start before anything else is begun', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }

    const { code, stdout, stderr } = await run(['start'], { dir: 'never', PORT: String(port) })
    other.close()

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^The port is in use by another program\. Stop that one, or set PORT to a free port\. .*\n$/)
    expect(existsSync(path.join(home, 'never'))).toBe(false)
  })

  test('a database that does not answer is found by the doctor', async () => {
    const { code, lines } = await run(['doctor'], { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })

    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^wrong {2}database: The database does not answer\. Check/)])
  })

  test('every interval of the sample issues, replayed in either shape, is that of the file', async () => {
    const shapes = ['dc', 'cloud']
    const replays = await Promise.all(shapes.map((as) => run(['demo', '--replay', sample, '--as', as])))

    for (const { code, lines } of replays) {
      expect(lines.at(-1)).toBe(
        'Status intervals equal those in the file for 41 of 41 issues, assignee intervals for 41 of 41; 0 missing.',
      )
      expect(code).toBe(0)
    }
  })

  test('Ctrl-C in the first load ends it with 0 and without a fault, and leaves no process', async () => {
    const demo = start(['start'], { dir: 'demo', PORT: '0', LOG_LEVEL: 'warn' })
    await eventually('the demo is loading', () => existsSync(path.join(home, 'demo/running.json')))

    demo.child.kill('SIGINT')

    expect(await demo.ended).toBe(0)
    expect(demo.stderr().replace(/^ {2}reading tickets .*\n/gm, '')).toBe('')
    expect(readdirSync(path.join(home, 'demo')).toSorted()).toEqual(['postgres', 'secret.key'])
    expect(existsSync(path.join(home, 'demo/postgres/cluster/postmaster.pid'))).toBe(false)
  })
})

describe('beside a running server', () => {
  let jira: JiraSimulator
  let mails: SmtpSink
  let port: string
  let server: RunningProcess
  const personal: string[] = []
  const startServer = async () => {
    server = start(['start'], { PORT: port, HEADROOM_DEMO: 'off', LOG_LEVEL: 'warn' })
    await eventually('the server serves', () => server.stdout().includes('Stop     Ctrl-C'))
  }
  /** The server's own key, which its first start showed. */
  let adminKey = ''
  const call = (route: string, key: string, body?: object) =>
    fetch(`http://127.0.0.1:${port}/v1${route}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

  beforeAll(async () => {
    jira = await startJiraSimulator({ site: await loadReplay(sample, 'dc'), accounts: [{ token: 'right' }] })
    for (const { displayName, emailAddress } of jira.site.users) personal.push(displayName, emailAddress ?? displayName)
    mails = await startSmtpSink()
    port = String(await freePort())
    await startServer()
    adminKey = /Admin key, shown only now: (\S+)/.exec(server.stdout())?.[1] ?? ''
  })
  afterAll(async () => {
    server.child.kill('SIGINT')
    await server.ended
    await jira.stop()
    await mails.close()
  })

  test('a second server on the same data is refused', async () => {
    const { code, stderr } = await run(['start'], { PORT: '0' })

    expect(code).toBe(1)
    expect(stderr).toMatch(/^Headroom is running already on .*, at http:\/\/127\.0\.0\.1:\d+\. Stop it first, .*\n$/)
  })

  test('a connection is tried before it is kept, read, and forgotten again', async () => {
    const add = (token: string) => [
      'connections',
      'add',
      'Jira',
      '--kind',
      'jira-dc',
      '--url',
      jira.url,
      '--token',
      token,
    ]
    const allowed = { HEADROOM_ALLOW_PRIVATE_TRACKERS: 'true' }

    const [nothing, refused, unknown] = await Promise.all([
      run(['sync']),
      run(add('right')),
      run(add('wrong'), allowed),
    ])
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There is nothing to sync\. .*\n$/) })
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^--url .*set HEADROOM_ALLOW_PRIVATE_TRACKERS=true\.\n$/),
    })
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/^.*refused.*\n$/) })

    expect(await run(add('right'), allowed)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Connected as .*\. The server reads its tickets now\.\n$/),
    })
    const sync = await run(['sync', '--connection', 'Jira', '--full', '--wait'])
    expect(sync).toMatchObject({ code: 0 })
    expect(sync.stdout).toMatch(/^succeeded: 41 seen, \d+ new, .* 0 unreadable\n$/)

    const [list, well, misspelt, decided, measured, replayed] = await Promise.all([
      run(['connections', 'list']),
      run(['connections', 'test', 'Jira']),
      run(['connections', 'test', 'Jora']),
      run(['classify', '--all']),
      run(['measure', '--from', '2026-01-01']),
      run(['replay', '--again']),
    ])
    expect(replayed).toMatchObject({
      code: 0,
      stdout: 'Jira: 41 tickets made anew, 0 say something else than before, 0 not understood\n',
    })
    expect(list.lines).toEqual([expect.stringMatching(/^Jira {2}jira-dc {2}ok {2}last synced/)])
    expect(well).toMatchObject({ code: 0 })
    expect(misspelt).toMatchObject({ code: 1, stderr: 'There is no connection "Jora". There is "Jira".\n' })
    expect(decided).toMatchObject({ code: 0, stdout: 'Every ticket has its decision.\n' })
    expect(measured).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The \d+ tickets with activity in these days are measured, .*\.\n$/),
    })
  })

  test('the report comes as text, JSON, CSV and a page', async () => {
    const page = path.join(home, 'report.html')
    const [text, json, csv, html, nowhere, never, paper] = await Promise.all([
      run(['report']),
      run(['report', '--format', 'json', '--period', '2026-Q1']),
      run(['report', '--format', 'csv']),
      run(['report', '--format', 'html', '--output', page]),
      run(['report', '--output', '/nowhere/x']),
      run(['report', '--period', '2026-Q9']),
      run(['report', '--format', 'pdf']),
    ])

    expect(text.lines[0]).toMatch(/20\d\d-Q[1-4]/)
    expect(JSON.parse(json.stdout)).toMatchObject({ period: { label: '2026-Q1' } })
    expect(csv.lines[0]).toMatch(/^row,period,from,to,/)
    expect(html).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i)
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: 'Cannot write /nowhere/x (ENOENT). Choose another place with --output.\n',
    })
    expect(never).toMatchObject({ code: 1, stderr: expect.stringMatching(/^"2026-Q9" is no period\..*\n$/) })
    expect(paper).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There is no PDF yet\..*\n$/) })
  })

  test('an export has every ticket and names no person', async () => {
    const output = path.join(home, 'export')
    const { code } = await run(['export', '--output', output, '--format', 'json'])
    const tickets = JSON.parse(readFileSync(path.join(output, 'tickets.json'), 'utf8')) as { key: string }[]
    const table = await run(['export', 'tickets'])

    expect(code).toBe(0)
    expect(tickets).toHaveLength(41)
    expect(table.stdout.split('\r\n')).toHaveLength(41 + 2)
    expect(Array.isArray(JSON.parse(readFileSync(path.join(output, 'split.json'), 'utf8')))).toBe(true)
    // What a title says is the tracker's; no field of ours holds a name.
    const fields = JSON.stringify(tickets.map((ticket) => ({ ...ticket, title: '' })))
    expect(personal.filter((name) => fields.includes(name))).toEqual([])
    expect(Object.keys(tickets[0] ?? {}).filter((name) => /assignee|reporter|person|email/i.test(name))).toEqual([])
  })

  test('a key stands alone on the last line, opens the API, and no longer does when it is revoked', async () => {
    const made = await run(['keys', 'create', 'robot', '--scope', 'read'])
    const key = made.lines.at(-1) ?? ''

    expect(key).toMatch(/^\S{40,}$/)
    expect((await call('/teams', key)).status).toBe(200)
    const { stdout: list } = await run(['keys', 'list'])
    expect(list).toMatch(/robot {2}read {2}last used/)
    expect(list).not.toContain(key)
    expect(await run(['keys', 'revoke', 'robot'])).toMatchObject({ code: 0 })
    expect((await call('/teams', key)).status).toBe(401)
    expect(await run(['keys', 'revoke', 'robot'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no key robot in use\..*\n$/),
    })
    expect(await run(['keys', 'create', 'x', '--scope', 'all'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no scope "all"\..*\n$/),
    })
  })

  test('the weekly email is previewed, and sent once', async () => {
    const mailing = { SMTP_URL: mails.url }
    const subscription = { email: 'lead@example.com', teams: [], weekday: 'monday', hour: 8, timeZone: 'Europe/Berlin' }
    expect((await call('/digests/subscriptions', adminKey, subscription)).status).toBe(201)

    expect((await run(['digest', 'preview'])).lines[0]).toMatch(/^Subject: /)
    expect(await run(['digest', 'send'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^SMTP_URL is not set.*\n$/),
    })
    expect(await run(['digest', 'send'], mailing)).toMatchObject({ code: 0, stdout: '1 sent, 0 had it already\n' })
    expect(await run(['digest', 'send'], mailing)).toMatchObject({ code: 0, stdout: '0 sent, 1 had it already\n' })
    expect(mails.taken.map(({ to }) => to)).toEqual(['lead@example.com'])
  })

  test('the doctor finds nothing to mend here, and a mail server that is not there', async () => {
    const [well, ill] = await Promise.all([run(['doctor']), run(['doctor'], { SMTP_URL: 'smtp://127.0.0.1:1' })])

    expect(well).toMatchObject({ code: 0, stderr: '' })
    expect(well.lines).toEqual([
      'fine   database',
      'fine   queue',
      'fine   clock',
      'fine   waiting work',
      'fine   connection "Jira"',
      expect.stringMatching(/^note {3}mail: SMTP_URL is not set/),
    ])
    expect(ill).toMatchObject({ code: 1, stderr: '1 of 6 checks found something to mend.\n' })
    expect(ill.lines.at(-1)).toMatch(
      /^wrong {2}mail: The mail server in SMTP_URL does not let us in \(.*\)\. Correct it\.$/,
    )
  })

  test('after a kill the next start goes on with the same data; Ctrl-C then ends it with 0 and without a word', async () => {
    server.child.kill('SIGKILL')
    await server.ended

    await startServer()
    const { lines } = await run(['connections', 'list'])
    const removed = await run(['connections', 'remove', 'Jira'])
    server.child.kill('SIGINT')

    expect(await server.ended).toBe(0)
    expect(server.stderr()).toBe('')
    expect(server.stdout()).not.toContain('Admin key')
    expect(lines).toEqual([expect.stringMatching(/^Jira {2}jira-dc {2}ok/)])
    expect(removed).toMatchObject({
      code: 0,
      stdout: 'Jira and its tickets are gone from here; the tracker was not touched.\n',
    })
  })
})
