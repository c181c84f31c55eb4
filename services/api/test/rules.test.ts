import { afterAll, beforeAll, expect, test } from 'vitest'
import { ruleExamples } from '../src/rules/rule-schemas.ts'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())

const rule = (name: string, more: object = {}) => ({
  name,
  when: { field: 'label', op: 'is', value: name },
  workType: 'debt',
  ...more,
})
const put = (rules: readonly object[], headers = {}) => api.call('PUT', '/v1/rules/draft', { body: { rules }, headers })
const publish = (body: object = {}, headers = {}) => api.call('POST', '/v1/rules/publish', { body, headers })

test('before anybody wrote a rule there is version 0 without rules', async () => {
  expect((await api.call('GET', '/v1/rules')).json()).toMatchObject({
    published: { version: 0, rules: [] },
    draft: { revision: 0, basedOn: 0, rules: [] },
    versions: [],
  })
})

test('the examples of the document can be used as they are', async () => {
  const answer = await put(ruleExamples)

  expect(answer.statusCode).toBe(200)
  expect(answer.json().rules).toEqual(ruleExamples)
})

test('every bad rule is refused with its place, and the draft stays', async () => {
  await put([rule('good')])

  const answer = await put([
    rule('fine'),
    rule('typo', { when: { and: [{ field: 'labels', op: 'is', value: 'x' }] } }),
    rule('pattern', { when: { field: 'title', op: 'matches', value: '(a+' }, workType: 'fun' }),
  ])

  expect(answer.statusCode).toBe(400)
  const { code, errors } = answer.json()
  expect(code).toBe('invalid-request')
  expect(errors.map((e: { field: string }) => e.field)).toEqual(['rules.1', 'rules.2', 'rules.2'])
  expect(errors[0].message).toContain('Rule 2, "when", "and" 1: "field" must be one of key, type')
  expect(errors[2].message).toContain('at its character 1: "(" is not closed')
  expect((await api.call('GET', '/v1/rules/draft')).json().rules).toMatchObject([{ name: 'good' }])
})

test('unknown fields and a body without rules are refused', async () => {
  const unknown = await api.call('PUT', '/v1/rules/draft', { body: { rules: [], regex: true } })
  const empty = await api.call('PUT', '/v1/rules/draft', { body: {} })

  expect([unknown.statusCode, unknown.json().errors[0].field]).toEqual([400, 'regex'])
  expect([empty.statusCode, empty.json().errors[0].field]).toEqual([400, 'rules'])
})

test('rules without an id get one from their name that stays apart from the others', async () => {
  const { rules } = (await put([rule('Tech debt'), rule('Tech debt'), rule('x', { id: 'tech-debt-3' })])).json()

  expect(rules.map((r: { id: string }) => r.id)).toEqual(['tech-debt', 'tech-debt-2', 'tech-debt-3'])
})

test('of two editors who began from the same draft the second is told, and overwrites nothing', async () => {
  const read = await api.call('GET', '/v1/rules/draft')
  const ifMatch = { 'if-match': String(read.headers.etag) }

  const first = await put([rule('first')], ifMatch)
  const second = await put([rule('second')], ifMatch)

  expect(first.statusCode).toBe(200)
  expect(second.statusCode).toBe(412)
  expect(second.json()).toMatchObject({ code: 'precondition-failed' })
  expect((await publish({}, ifMatch)).statusCode).toBe(412)
  expect((await api.call('GET', '/v1/rules/draft')).json().rules).toMatchObject([{ name: 'first' }])
  expect((await put([rule('third')], { 'if-match': String(first.headers.etag) })).statusCode).toBe(200)
  expect((await put([], { 'if-match': 'yesterday' })).statusCode).toBe(400)
})

test('of many writers at once with the same revision exactly one wins', async () => {
  const { etag } = (await api.call('GET', '/v1/rules/draft')).headers
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => put([rule(`writer ${i}`)], { 'if-match': String(etag) })),
  )

  expect(answers.map((a) => a.statusCode).sort()).toEqual([200, 412, 412, 412, 412, 412])
})

test('a published version never changes, has its audit entry, and publishing the same again makes none', async () => {
  await put([rule('one')])
  const made = await publish({ note: 'First' })
  const again = await publish()
  await put([rule('two')])

  expect([made.statusCode, again.statusCode]).toEqual([201, 200])
  expect(again.json().version).toBe(made.json().version)
  const kept = (await api.call('GET', `/v1/rules/versions/${made.json().version}`)).json()
  expect(kept).toMatchObject({ note: 'First', publishedBy: api.admin.id, rules: [{ name: 'one' }] })
  const { rows } = await api.store.pool.query(
    `SELECT actor, target, detail FROM audit_log WHERE action = 'rules.publish'`,
  )
  expect(rows).toEqual([{ actor: api.admin.id, target: '1', detail: { version: 1, repeats: null, note: 'First' } }])
})

test('versions are listed newest first, page by page; one that does not exist is not found', async () => {
  for (const name of ['a', 'b', 'c']) {
    await put([rule(name)])
    await publish()
  }
  const first = (await api.call('GET', '/v1/rules/versions?limit=3')).json()
  const second = (await api.call('GET', `/v1/rules/versions?limit=3&cursor=${first.nextCursor}`)).json()

  expect([...first.data, ...second.data].map((v: { version: number }) => v.version)).toEqual([4, 3, 2, 1])
  expect((await api.call('GET', '/v1/rules/versions/99')).statusCode).toBe(404)
  expect((await publish({ version: 99 })).statusCode).toBe(400)
})

test('who may only read may look and preview, not change', async () => {
  const { key } = await api.keyWith('read')

  expect((await api.call('GET', '/v1/rules', { key })).statusCode).toBe(200)
  expect((await api.call('POST', '/v1/rules/draft/preview', { key })).statusCode).toBe(200)
  expect((await api.call('PUT', '/v1/rules/draft', { key, body: { rules: [] } })).statusCode).toBe(403)
  expect((await api.call('POST', '/v1/rules/publish', { key, body: {} })).statusCode).toBe(403)
})
