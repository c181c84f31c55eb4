import { randomUUID } from 'node:crypto'
import type { Digest, SplitRow } from '@headroom/domain'
import { createLogger } from '@headroom/runtime'
import { claimDigest, finishDigest, openStore, type Store } from '@headroom/store'
import { freePort, testDatabase } from '@headroom/testkit'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMailer, MailNotConfiguredError, previewDigest, sendDigestsNow, sendDueDigests } from '../src/index.ts'
import type { DigestDeps } from '../src/send-digests.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'

const database = await testDatabase()
const store = openStore({ url: database.url })
let sink: SmtpSink

beforeEach(async () => {
  await store.pool.query('TRUNCATE digest_subscriptions CASCADE')
  sink = await startSmtpSink()
})
afterEach(() => sink.close())
afterAll(async () => {
  await store.close()
  await database.drop()
})

/** A Monday, half past nine in Berlin; the last complete week is 2026-W39. */
const monday = Date.UTC(2026, 8, 28, 7, 30)
const week = { from: '2026-09-21', to: '2026-09-27', label: '2026-W39' }

const row: SplitRow = {
  period: week,
  group: null,
  effortDays: { feature: 60, strategic: 17, sustaining: 21, unclassified: 2 },
  strategicShare: {
    value: 0.17,
    low: 0.13,
    high: 0.21,
    level: 0.9,
    audited: true,
    bounds: [0.15, 0.3],
    methodRange: [0.15, 0.19],
  },
  target: 0.2,
  verdict: 'below',
  coverage: { capacityDays: 120, trackedDays: 100, share: 100 / 120 },
  revision: '1',
}

function deps(over: Partial<DigestDeps> = {}): DigestDeps {
  return {
    store,
    readDigest: async (_, args): Promise<Digest> => ({
      week: args.week,
      organisation: 'Acme',
      total: { ...row, period: args.week },
      previous: null,
      teams: [],
      trend: [row],
      toReview: [],
      connections: [],
    }),
    publicUrl: 'https://headroom.example',
    unsubscribeUrl: (id) => `https://headroom.example/unsubscribe/${id}`,
    mailer: createMailer({ smtpUrl: sink.url, from: 'Headroom <headroom@acme.example>' }),
    log: createLogger({ level: 'silent', service: 'digest' }),
    ...over,
  }
}

async function subscribe(
  email: string,
  over: { weekday?: string; hour?: number; timeZone?: string; teamIds?: string[]; state?: string } = {},
) {
  const id = randomUUID()
  const { weekday = 'monday', hour = 8, timeZone = 'Europe/Berlin', teamIds = [], state = 'active' } = over
  await store.pool.query(
    `INSERT INTO digest_subscriptions (id, email, team_ids, weekday, hour, time_zone, state) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, email, teamIds, weekday, hour, timeZone, state],
  )
  return id
}

async function deliveries(): Promise<
  { subscription_id: string; week: string; state: string; detail: string | null }[]
> {
  return (await store.pool.query('SELECT * FROM digest_deliveries ORDER BY week')).rows
}

const nobody = { sent: 0, refused: 0, deferred: 0, unknown: 0, already: 0, elsewhere: 0 }

describe('the mail', () => {
  test('has the number in its subject, both parts, the chart inside, and one List-Unsubscribe header', async () => {
    const id = await subscribe('vp@acme.example')

    expect(await sendDueDigests(deps(), monday)).toEqual({ ...nobody, sent: 1 })

    const mail = await sink.parsed(0)
    expect(mail.subject).toBe('17 % strategic (13–21 %), below the target of 20 %: 2026-W39, Acme')
    expect(mail.to?.[0]?.address).toBe('vp@acme.example')
    expect(mail.text).toContain('17 % of tracked engineering effort went into strategic work in 2026-W39')
    expect(mail.text).toContain('https://headroom.example/report?period=2026-W39')
    expect(mail.html).toContain('17 %')
    const [image] = mail.attachments
    expect(image).toMatchObject({ mimeType: 'image/png', disposition: 'inline', related: true })
    expect(mail.html).toContain(`cid:${image?.contentId?.replace(/[<>]/g, '')}`)
    expect(
      Buffer.from(image?.content as ArrayBuffer)
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    const unsubscribe = mail.headers.filter(({ key }) => key === 'list-unsubscribe')
    expect(unsubscribe.map(({ value }) => value)).toEqual([`<https://headroom.example/unsubscribe/${id}>`])
    expect(mail.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe('List-Unsubscribe=One-Click')
    expect(mail.messageId).toBe(`<digest.${id}.2026-W39@acme.example>`)
    expect(await deliveries()).toMatchObject([{ subscription_id: id, week: '2026-W39', state: 'sent' }])
  })

  test('of one team leads to the report of that team', async () => {
    const team = randomUUID()
    const source = deps()

    const mail = await previewDigest(source, { teamIds: [team], week })

    expect(mail.text).toContain(`https://headroom.example/report?period=2026-W39&team=${team}`)
    expect(sink.dataCount()).toBe(0)
    expect(await deliveries()).toEqual([])
  })
})

describe('when a mail is due', () => {
  test('it waits for the weekday and hour of its time zone', async () => {
    await subscribe('berlin@acme.example', { hour: 10 })
    await subscribe('new-york@acme.example', { timeZone: 'America/New_York' })
    await subscribe('tuesday@acme.example', { weekday: 'tuesday' })

    const first = await sendDueDigests(deps(), monday)
    const half = await sendDueDigests(deps(), monday + 30 * 60_000)
    const evening = await sendDueDigests(deps(), monday + 10 * 3_600_000)
    const tuesday = await sendDueDigests(deps(), monday + 24 * 3_600_000)

    expect([first.sent, half.sent, evening.sent, tuesday.sent]).toEqual([0, 1, 1, 1])
    expect(sink.taken.map(({ to }) => to)).toEqual([
      'berlin@acme.example',
      'new-york@acme.example',
      'tuesday@acme.example',
    ])
  })

  test('a paused subscription gets nothing, and one with a wrong time zone does not keep the others waiting', async () => {
    await subscribe('paused@acme.example', { state: 'paused' })
    await subscribe('wrong@acme.example', { timeZone: 'Mars/Olympus' })
    await subscribe('right@acme.example')

    await sendDigestsNow(deps(), monday)

    expect(sink.taken.map(({ to }) => to)).toEqual(['right@acme.example'])
  })

  test('each week is sent once, and the next one again', async () => {
    await subscribe('vp@acme.example')

    const runs = []
    for (const at of [monday, monday + 60_000, monday + 7 * 24 * 3_600_000]) runs.push(await sendDueDigests(deps(), at))

    expect(runs.map((run) => run.sent)).toEqual([1, 0, 1])
    expect((await deliveries()).map((d) => d.week)).toEqual(['2026-W39', '2026-W40'])
  })
})

describe('what the mail server does', () => {
  test('a refusal is final, a deferral is tried again, silence after the data is never repeated', async () => {
    const ids = {
      refused: await subscribe('gone@acme.example'),
      spam: await subscribe('spam@acme.example'),
      deferred: await subscribe('later@acme.example'),
      unknown: await subscribe('drop@acme.example'),
      hangup: await subscribe('hangup@acme.example'),
      sent: await subscribe('vp@acme.example'),
    }

    const first = await sendDueDigests(deps(), monday)
    const dataAfterFirst = sink.dataCount()
    const soon = await sendDueDigests(deps(), monday)
    await store.pool.query(`UPDATE digest_deliveries SET finished_at = finished_at - interval '16 minutes'`)
    await store.pool.query(`UPDATE digest_subscriptions SET email = 'vp2@acme.example' WHERE id = $1`, [ids.deferred])
    const later = await sendDueDigests(deps(), monday)

    expect(first).toEqual({ ...nobody, refused: 2, deferred: 2, unknown: 1, sent: 1 })
    expect(soon).toEqual({ ...nobody, already: 4, deferred: 2 })
    expect(later).toEqual({ ...nobody, already: 4, deferred: 1, sent: 1 })
    expect(sink.dataCount()).toBe(dataAfterFirst + 1)
    const states = new Map((await deliveries()).map((d) => [d.subscription_id, d]))
    expect(states.get(ids.refused)).toMatchObject({ state: 'refused', detail: expect.stringContaining('550') })
    expect(states.get(ids.spam)).toMatchObject({ state: 'refused', detail: expect.stringContaining('554') })
    expect(states.get(ids.unknown)).toMatchObject({ state: 'unknown' })
    expect(states.get(ids.hangup)).toMatchObject({ state: 'deferred' })
  })

  test('a server that is not there defers, and sending now tries again at once', async () => {
    await subscribe('vp@acme.example')
    const nowhere = createMailer({ smtpUrl: `smtp://127.0.0.1:${await freePort()}`, from: undefined })

    const down = await sendDigestsNow(deps({ mailer: nowhere }), monday)
    const up = await sendDigestsNow(deps(), monday)

    expect([down, up]).toEqual([
      { ...nobody, deferred: 1 },
      { ...nobody, sent: 1 },
    ])
  })

  test('a mail server on this machine needs no certificate that somebody signed', async () => {
    await subscribe('vp@acme.example')
    const encrypting = await startSmtpSink({ startTls: true })

    const run = await sendDigestsNow(
      deps({ mailer: createMailer({ smtpUrl: encrypting.url, from: undefined }) }),
      monday,
    )
    await encrypting.close()

    expect(run.sent).toBe(1)
  })

  test('an address that refuses three weeks in a row ends its subscription', async () => {
    await subscribe('gone@acme.example')

    for (let index = 0; index < 4; index++) await sendDigestsNow(deps(), monday + index * 7 * 24 * 3_600_000)

    const { rows } = await store.pool.query('SELECT state FROM digest_subscriptions')
    expect(rows).toEqual([{ state: 'bounced' }])
    expect(await deliveries()).toHaveLength(3)
  })

  test('without a mail server the one-line problem names the setting', () => {
    expect(() => createMailer({ smtpUrl: undefined, from: undefined })).toThrow(MailNotConfiguredError)
    expect(() => createMailer({ smtpUrl: undefined, from: undefined })).toThrow(/^SMTP_URL is not set[^\n]+$/)
  })
})

describe('several processes', () => {
  test('that send at the same time send each mail once', async () => {
    for (let index = 0; index < 12; index++) await subscribe(`reader-${index}@acme.example`)
    const stores: Store[] = [1, 2, 3].map(() => openStore({ url: database.url, connectionsMax: 2 }))

    const runs = await Promise.all(stores.map((other) => sendDueDigests(deps({ store: other }), monday)))

    expect(runs.reduce((sum, run) => sum + run.sent, 0)).toBe(12)
    expect(new Set(sink.taken.map(({ to }) => to)).size).toBe(12)
    expect(sink.taken).toHaveLength(12)
    await Promise.all(stores.map((other) => other.close()))
  })

  test('a claim that a crash left behind becomes unknown and is not sent', async () => {
    const id = await subscribe('vp@acme.example')
    await store.pool.query(
      `INSERT INTO digest_deliveries (subscription_id, week, state) VALUES ($1, '2026-W39', 'claimed')`,
      [id],
    )

    const young = await sendDueDigests(deps(), monday)
    await store.pool.query(`UPDATE digest_deliveries SET claimed_at = now() - interval '16 minutes'`)
    const old = await sendDigestsNow(deps(), monday)

    expect([young, old]).toEqual([
      { ...nobody, elsewhere: 1 },
      { ...nobody, already: 1 },
    ])
    expect(await deliveries()).toMatchObject([{ state: 'unknown', detail: expect.stringContaining('not sent again') }])
    expect(sink.dataCount()).toBe(0)
  })

  test('sending now waits for what another process is sending', async () => {
    const id = await subscribe('vp@acme.example')
    await claimDigest(store.db, { subscriptionId: id, week: '2026-W39', retryAfterMs: 0 })

    const run = sendDigestsNow(deps(), monday)
    await finishDigest(store.db, { subscriptionId: id, week: '2026-W39', state: 'sent', detail: null })

    expect(await run).toEqual({ ...nobody, already: 1 })
    expect(sink.dataCount()).toBe(0)
  })

  test('a digest that can not be written is tried again, and the others are sent', async () => {
    const team = randomUUID()
    await subscribe('broken@acme.example', { teamIds: [team] })
    await subscribe('vp@acme.example')
    const { readDigest } = deps()
    const failing: DigestDeps['readDigest'] = (db, args) =>
      args.teamIds.length > 0 ? Promise.reject(new Error('no such team')) : readDigest(db, args)

    const first = await sendDigestsNow(deps({ readDigest: failing }), monday)
    const second = await sendDigestsNow(deps(), monday)

    expect(first).toEqual({ ...nobody, deferred: 1, sent: 1 })
    expect(second).toEqual({ ...nobody, already: 1, sent: 1 })
  })
})
