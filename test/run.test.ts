import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
let home: string

/** A checkout with scripts/run.mjs whose `npx` is the given shell script, so that no test needs the network. */
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'headroom-run-'))
  mkdirSync(path.join(home, 'scripts'))
  cpSync(path.join(root, 'scripts/run.mjs'), path.join(home, 'scripts/run.mjs'))
  for (const name of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    cpSync(path.join(root, name), path.join(home, name))
  }
  mkdirSync(path.join(home, 'services/headroom/src'), { recursive: true })
  installWith('echo "$*" >>installs; sleep 0.3; mkdir -p node_modules')
  program('console.log(process.argv.slice(2).join(" "))')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function installWith(script: string): void {
  mkdirSync(path.join(home, 'bin'), { recursive: true })
  writeFileSync(path.join(home, 'bin/npx'), `#!/bin/sh\n${script}\n`)
  chmodSync(path.join(home, 'bin/npx'), 0o755)
}

function program(text: string): void {
  writeFileSync(path.join(home, 'services/headroom/src/main.ts'), text)
}

function start(...args: readonly string[]) {
  const env = { ...process.env, PATH: `${home}/bin:${process.env.PATH}` }
  const child = spawn(process.execPath, ['scripts/run.mjs', ...args], { cwd: home, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended, saw: (text: string) => expect.poll(() => output, { timeout: 20_000 }).toContain(text) }
}

const installs = () => readFileSync(path.join(home, 'installs'), 'utf8').trim().split('\n')

test('the first start installs the pinned versions, a second one does not install again', async () => {
  const first = await start('headroom', 'report', '--period', '2026-Q3').ended
  const second = await start('headroom', 'doctor').ended

  expect(first).toEqual({ code: 0, output: expect.stringMatching(/^Installing .*\nreport --period 2026-Q3\n$/) })
  expect(second).toEqual({ code: 0, output: 'doctor\n' })
  expect(installs()).toEqual(['-y pnpm@12.21.0 install --frozen-lockfile'])
})

test('other dependencies are installed at the next start', async () => {
  await start('headroom').ended
  writeFileSync(path.join(home, 'pnpm-lock.yaml'), 'changed')

  await start('headroom').ended

  expect(installs()).toHaveLength(2)
})

test('two first starts at once do not install at the same time', async () => {
  installWith(
    '[ ! -e busy ] || echo overlap >>installs; touch busy; sleep 0.5; rm busy; mkdir -p node_modules; echo x >>installs',
  )

  const ends = await Promise.all([start('headroom', 'one').ended, start('headroom', 'two').ended])

  expect(ends.map(({ code }) => code)).toEqual([0, 0])
  expect(installs()).not.toContain('overlap')
  expect(existsSync(path.join(home, '.bootstrap.lock'))).toBe(false)
})

test('a lock that a killed start left does not stop the next one', async () => {
  // No process has a number above the kernel's limit of 2^22.
  writeFileSync(path.join(home, '.bootstrap.lock'), '4194305')

  expect(await start('headroom', 'doctor').ended).toMatchObject({ code: 0 })
})

test('without a network one line says so, and the next start tries again', async () => {
  installWith('echo "request to https://registry.npmjs.org failed, reason: getaddrinfo ENOTFOUND" >&2; exit 1')
  const offline = await start('headroom').ended
  installWith('mkdir -p node_modules')

  const online = await start('headroom', 'doctor').ended

  expect(offline.code).toBe(1)
  expect(offline.output.split('\n')[1]).toMatch(/^The npm registry cannot be reached: check the network/)
  expect(offline.output.trim().split('\n')).toHaveLength(2)
  expect(online.code).toBe(0)
})

test('another failure of the installation shows what it said', async () => {
  installWith('echo "ERR_PNPM_OUTDATED_LOCKFILE"; exit 1')

  const { code, output } = await start('headroom').ended

  expect(code).toBe(1)
  expect(output).toContain('ERR_PNPM_OUTDATED_LOCKFILE\n')
})

test('the exit code of the command is passed on, and an unknown command is named', async () => {
  program('process.exitCode = 3')

  expect(await start('headroom').ended).toMatchObject({ code: 3 })
  expect(await start('toString').ended).toMatchObject({ code: 1, output: expect.stringContaining('Commands: start') })
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} reaches the command once, and its clean end is ours`, async () => {
    program(`
      process.on('${signal}', () => { console.log('asked'); setTimeout(() => process.exit(0), 300) })
      setInterval(() => {}, 1000); console.log('ready')`)
    const running = start('start')
    await running.saw('ready')

    running.child.kill(signal)

    const { code, output } = await running.ended
    expect(code).toBe(0)
    expect(output.match(/asked/g)).toHaveLength(1)
  })
}
