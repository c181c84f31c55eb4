import { inTransaction, stageBacklog, writeClassifications } from '@headroom/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, aConnection, aTicket, startApi, storeTickets } from './api-under-test.ts'

let api: ApiUnderTest
let id: string
beforeAll(async () => {
  api = await startApi()
  await storeTickets(api, await aConnection(api), [aTicket('1')])
  id = (await api.call('GET', '/v1/tickets/WEB-1')).json().id
  await decide('model', 'enhancement')
  await api.store.pool.query('DELETE FROM stage_work')
})
afterAll(() => api?.close())

/** What the classifier would write. */
function decide(decidedBy: string, workType: 'enhancement' | 'debt'): Promise<void> {
  const isFeature = workType === 'enhancement'
  return inTransaction(api.store, (tx) =>
    writeClassifications(tx, [
      {
        ticketId: id,
        category: isFeature ? 'feature' : 'strategic',
        workType,
        decidedBy,
        confidence: 0.8,
        probabilities: { feature: isFeature ? 0.8 : 0.1, strategic: isFeature ? 0.1 : 0.8, sustaining: 0.1 },
        workTypeProbabilities: { enhancement: isFeature ? 0.8 : 0.2, debt: isFeature ? 0.2 : 0.8 },
        evidence: [{ word: 'checkout' }],
        candidates: [{ source: decidedBy, workType }],
        modelVersion: 'm1',
        ruleSetVersion: 3,
      },
    ]),
  )
}

const path = '/v1/tickets/web-1/classification'
const read = async () => (await api.call('GET', path)).json()
const listed = async () => (await api.call('GET', '/v1/tickets')).json().data[0].classification

test('a decision is shown with all that spoke for it', async () => {
  expect(await read()).toMatchObject({
    category: 'feature',
    workType: 'enhancement',
    decidedBy: 'model',
    workTypeProbabilities: { enhancement: 0.8, debt: 0.2 },
    evidence: [{ word: 'checkout' }],
    candidates: [{ source: 'model', workType: 'enhancement' }],
    modelVersion: 'm1',
    ruleSetVersion: 3,
  })
})

test('a judgement holds at once, in lists too, and asks for a new decision; taken back it holds no more', async () => {
  const put = await api.call('PUT', path, { body: { workType: 'debt', note: 'It pays off the old basket' } })

  expect(put.json()).toMatchObject({
    category: 'strategic',
    workType: 'debt',
    decidedBy: 'override',
    confidence: 1,
    probabilities: { feature: 0, strategic: 1, sustaining: 0 },
    evidence: [{ source: 'override', note: 'It pays off the old basket' }],
  })
  expect(await read()).toEqual(put.json())
  expect(await listed()).toMatchObject({ category: 'strategic', decidedBy: 'override' })
  expect((await api.call('GET', '/v1/tickets?category=strategic&workType=debt')).json().data).toHaveLength(1)
  expect((await api.call('GET', '/v1/tickets?category=feature')).json().data).toHaveLength(0)
  expect((await stageBacklog(api.store.db)).classify).toBe(1)

  await decide('override', 'debt')
  expect((await api.call('DELETE', path)).statusCode).toBe(204)

  expect(await read()).toMatchObject({ category: 'unclassified', workType: null, decidedBy: 'none' })
  expect((await api.call('GET', '/v1/tickets?category=unclassified')).json().data).toHaveLength(1)
  await decide('model', 'enhancement')
  expect(await listed()).toMatchObject({ category: 'feature', decidedBy: 'model' })
  expect((await api.call('DELETE', path)).statusCode).toBe(404)
})

test('who judged what is in the audit log', async () => {
  const { rows } = await api.store.pool.query('SELECT actor, action, target FROM audit_log ORDER BY at')

  expect(rows).toEqual([
    { actor: api.admin.id, action: 'classification.override', target: id },
    { actor: api.admin.id, action: 'classification.undo', target: id },
  ])
})

test('of judgements at once one holds and none fails', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => api.call('PUT', path, { body: { workType: i % 2 ? 'debt' : 'defect' } })),
  )

  expect(answers.map((a) => a.statusCode)).toEqual([200, 200, 200, 200, 200, 200])
  const { rows } = await api.store.pool.query('SELECT FROM overrides WHERE undone_at IS NULL')
  expect(rows).toHaveLength(1)
})
