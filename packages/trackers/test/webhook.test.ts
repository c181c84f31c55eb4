import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { webhookProtocolFor } from '../src/index.ts'
import { jiraCloudWebhook } from '../src/jira/webhook.ts'
import { linearWebhook } from '../src/linear/webhook.ts'

const folder = new URL('../../../../shared/data/webhooks/', import.meta.url)
const isHere = existsSync(folder)
const bytes = (text: string) => new TextEncoder().encode(text)
const sign = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex')

describe('deliveries of Jira', () => {
  const cloud = webhookProtocolFor('jira-cloud')
  const dc = webhookProtocolFor('jira-dc')
  // The example of https://developer.atlassian.com/cloud/jira/platform/webhooks/
  const official = {
    headers: { 'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9' },
    rawBody: bytes('Hello World!'),
    urlToken: null,
  }
  const secret = "It's a Secret to Everybody"

  it("are verified by the signature of Atlassian's own example, with either of two secrets", () => {
    for (const protocol of [cloud, dc]) {
      expect(protocol.verify(official, [secret])).toBe(true)
      expect(protocol.verify(official, ['old', secret])).toBe(true)
      expect(protocol.verify(official, ['old'])).toBe(false)
      expect(protocol.verify(official, [])).toBe(false)
    }
  })

  it.each([
    ['another body', { rawBody: bytes('Hello World') }],
    [
      'another method',
      { headers: { 'x-hub-signature': official.headers['x-hub-signature'].replace('sha256', 'sha1') } },
    ],
    ['a cut signature', { headers: { 'x-hub-signature': 'sha256=a477' } }],
    ['no signature', { headers: {} }],
  ])('are refused with %s', (_, change) => {
    expect(cloud.verify({ ...official, ...change }, [secret])).toBe(false)
  })

  it('may prove themselves by the token in the address on Data Center only, and only when they are not signed', () => {
    const unsigned = { headers: {}, rawBody: bytes('{}'), urlToken: secret }

    expect(dc.verify(unsigned, ['other', secret])).toBe(true)
    expect(dc.verify({ ...unsigned, urlToken: 'guess' }, [secret])).toBe(false)
    expect(dc.verify({ ...unsigned, urlToken: '' }, [''])).toBe(false)
    expect(dc.verify({ ...unsigned, headers: { 'x-hub-signature': 'sha256=00' } }, [secret])).toBe(false)
    expect(cloud.verify(unsigned, [secret])).toBe(false)
  })

  it('have one name over all repeats', () => {
    const named = { ...official, headers: { 'x-atlassian-webhook-identifier': 'abc' } }

    expect(cloud.deliveryId(named)).toBe('abc')
    expect(dc.deliveryId(official)).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(dc.deliveryId(official)).toBe(dc.deliveryId({ ...official, headers: {} }))
  })

  it.each([
    [
      { webhookEvent: 'jira:issue_deleted', issue: { id: '7' } },
      { kind: 'tickets', externalIds: ['7'], deleted: true },
    ],
    [
      { webhookEvent: 'worklog_created', worklog: { issueId: '7' } },
      { kind: 'tickets', externalIds: ['7'], deleted: false },
    ],
    [
      { webhookEvent: 'issuelink_created', issueLink: { sourceIssueId: 7, destinationIssueId: 8 } },
      { kind: 'tickets', externalIds: ['7', '8'], deleted: false },
    ],
    [{ webhookEvent: 'sprint_closed', sprint: { id: 1 } }, { kind: 'references' }],
    [{ webhookEvent: 'jira:version_released', version: {} }, { kind: 'references' }],
    [
      { webhookEvent: 'comment_created', comment: {} },
      { kind: 'ignored', why: 'comment_created names no issue' },
    ],
    ['x', { kind: 'ignored', why: 'not a Jira event' }],
  ])('hint: %j', (body, hint) => {
    expect(cloud.hint(body)).toEqual(hint)
  })
})

describe("deliveries of an OAuth app's webhook of Jira Cloud", () => {
  const now = Date.UTC(2026, 2, 2)
  const protocol = jiraCloudWebhook(() => now)
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = (claims: object, { alg = 'HS256', secret = 'client secret' } = {}) => {
    const signed = `${base64({ typ: 'JWT', alg })}.${base64(claims)}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }
  const sent = (authorization: string) => ({ headers: { authorization }, rawBody: bytes('{}'), urlToken: null })
  const verify = (authorization: string) => protocol.verify(sent(authorization), ['older', 'client secret'])
  const soon = { iss: 'app', exp: now / 1000 + 180 }

  it("are verified by the token in RFC 7515's own example", () => {
    const example =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const key = Buffer.from(
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      'base64url',
    )
    const at = jiraCloudWebhook(() => 1_300_819_380_000)

    expect(at.verify(sent(`Bearer ${example}`), [key as unknown as string])).toBe(true)
    expect(at.verify(sent(`Bearer ${example.slice(0, -1)}A`), [key as unknown as string])).toBe(false)
  })

  it('are accepted with a token of the app that has not run out, and in the repeats that follow', () => {
    expect(verify(`Bearer ${token(soon)}`)).toBe(true)
    expect(verify(`Bearer ${token({ exp: now / 1000 - 75 * 60 })}`)).toBe(true)
    expect(verify(`Bearer ${token({ exp: now / 1000 - 3 * 3600 })}`)).toBe(false)
    expect(verify(`Bearer ${token({ iss: 'app' })}`)).toBe(false)
  })

  it.each([
    ['of another app', token(soon, { secret: 'other' })],
    ['that says it needs no signature', token(soon, { alg: 'none' })],
    ['by another algorithm', token(soon, { alg: 'RS256' })],
    ['without a signature', token(soon).replace(/[^.]*$/, '')],
    ['that is none', 'client secret'],
  ])('are refused with a token %s', (_, bearer) => {
    expect(verify(`Bearer ${bearer}`)).toBe(false)
  })

  it('are refused with a bad signature, whatever token they carry', () => {
    const headers = { authorization: `Bearer ${token(soon)}`, 'x-hub-signature': 'sha256=00' }

    expect(protocol.verify({ headers, rawBody: bytes('{}'), urlToken: null }, ['client secret'])).toBe(false)
  })
})

describe('deliveries of Linear', () => {
  const hour = 3_600_000
  const now = Date.UTC(2026, 2, 2)
  const protocol = linearWebhook(() => now)
  const delivery = (sentAt: unknown, secret = 's') => {
    const body = JSON.stringify({ type: 'Issue', webhookTimestamp: sentAt })
    return { headers: { 'linear-signature': sign(secret, body) }, rawBody: bytes(body), urlToken: null }
  }

  it('are verified by signature and age: the repeat after six hours is welcome, one of last week is not', () => {
    expect(protocol.verify(delivery(now - 6 * hour - 60_000), ['old', 's'])).toBe(true)
    expect(protocol.verify(delivery(now - 25 * hour), ['s'])).toBe(false)
    expect(protocol.verify(delivery(now + 10 * 60_000), ['s'])).toBe(true)
    expect(protocol.verify(delivery(now + hour), ['s'])).toBe(false)
    expect(protocol.verify(delivery(now, 'other'), ['s'])).toBe(false)
    expect(protocol.verify({ ...delivery(now), headers: {} }, ['s'])).toBe(false)
  })

  it('are kept when Linear signed them, even where they say no time or are no JSON at all', () => {
    const broken = {
      headers: { 'linear-signature': sign('s', '{"type":') },
      rawBody: bytes('{"type":'),
      urlToken: null,
    }

    expect(protocol.verify(delivery(undefined), ['s'])).toBe(true)
    expect(protocol.verify(broken, ['s'])).toBe(true)
    expect(protocol.verify(broken, ['other'])).toBe(false)
  })

  it('have the name that Linear gives, else the digest of their body', () => {
    expect(protocol.deliveryId({ ...delivery(now), headers: { 'linear-delivery': 'd' } })).toBe('d')
    expect(protocol.deliveryId(delivery(now))).toMatch(/^sha256:/)
  })

  it.each([
    [
      { type: 'Issue', action: 'restore', data: { id: 'i' } },
      { kind: 'tickets', externalIds: ['i'], deleted: false },
    ],
    [
      { type: 'Issue', action: 'remove', data: { id: 'i' } },
      { kind: 'tickets', externalIds: ['i'], deleted: true },
    ],
    [
      { type: 'Comment', action: 'remove', data: { issueId: 'i' } },
      { kind: 'tickets', externalIds: ['i'], deleted: false },
    ],
    [
      { type: 'IssueSLA', action: 'breached', issueData: { id: 'i' } },
      { kind: 'tickets', externalIds: ['i'], deleted: false },
    ],
    [{ type: 'Cycle', action: 'update', data: { id: 'c' } }, { kind: 'references' }],
    [
      { type: 'Reaction', action: 'create', data: { id: 'r' } },
      { kind: 'ignored', why: 'Reaction names no issue' },
    ],
    [null, { kind: 'ignored', why: 'not a Linear event' }],
  ])('hint: %j', (body, hint) => {
    expect(protocol.hint(body)).toEqual(hint)
  })
})

it('no body makes the reading of a delivery throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom('jira-cloud', 'jira-dc', 'linear'), (body, kind) => {
      expect(['tickets', 'references', 'ignored']).toContain(webhookProtocolFor(kind as 'linear').hint(body).kind)
    }),
  )
})

describe.skipIf(!isHere)('the 36 real deliveries (skipped where the data is not at hand)', () => {
  const files = isHere
    ? ['jira', 'linear'].flatMap((kind) => readdirSync(new URL(kind, folder)).map((name) => [kind, name] as const))
    : []

  it.each(files)('%s %s', (kind, name) => {
    const body = JSON.parse(readFileSync(new URL(`${kind}/${name}`, folder), 'utf8'))

    const hint = webhookProtocolFor(kind === 'jira' ? 'jira-dc' : 'linear').hint(body)

    const pointsAt = body.comment?.self?.match(/issue\/(\d+)\//)?.[1]
    const expected =
      body.type === 'IssueLabel'
        ? { kind: 'references' }
        : { kind: 'tickets', externalIds: [body.issue?.id ?? body.data?.id ?? pointsAt], deleted: false }
    expect(hint).toEqual(expected)
  })

  it('are all there', () => {
    expect(files).toHaveLength(36)
  })
})
