import { insertLayer, inTransaction, readRollout, stageBacklog } from '@headroom/store'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())
beforeEach(() => api.store.pool.query('DELETE FROM model_layers; DELETE FROM rollouts; DELETE FROM audit_log'))

const fit = { macroF1: 0.7, hits: 30, logLoss: 0.6 }
const evaluation = { basis: 'audit', labels: 40, shipped: fit, layered: fit, goesLive: true, reason: 'As good.' }
const layerFor = (state: 'live' | 'refused', modelVersion: string) =>
  inTransaction(api.store, (tx) =>
    insertLayer(tx, {
      baseVersion: 'test-model',
      modelVersion,
      state,
      corrections: 12,
      correctionsHash: modelVersion,
      evaluation,
      layer: new Uint8Array(8),
      madeAt: new Date('2026-10-01T00:00:00Z'),
      crossFitted: [],
    }),
  )
const model = async () => (await api.call('GET', '/v1/model')).json()

test('the shipped model decides alone until corrections have made a layer that is not worse', async () => {
  const before = await model()
  await layerFor('refused', 'test-model+1')
  const refused = await model()
  await layerFor('live', 'test-model+2')
  const live = await model()

  expect(before).toEqual({
    shipped: 'test-model',
    inUse: 'test-model',
    adaptation: 'shipped',
    isComplete: true,
    versions: [],
  })
  expect(refused).toMatchObject({ inUse: 'test-model', adaptation: 'shipped', versions: [{ state: 'refused' }] })
  expect(live).toMatchObject({ inUse: 'test-model+2', adaptation: 'live' })
  expect(live.versions[0]).toEqual({
    version: 2,
    modelVersion: 'test-model+2',
    baseVersion: 'test-model',
    state: 'live',
    corrections: 12,
    evaluation,
    madeAt: '2026-10-01T00:00:00.000Z',
    endedAt: null,
  })
})

test('an admin goes back to the shipped model, which holds until an admin resumes', async () => {
  await layerFor('live', 'test-model+1')
  const writer = await api.keyWith('write')

  expect((await api.call('POST', '/v1/model/revert', { key: writer.key })).statusCode).toBe(403)
  const reverted = (await api.call('POST', '/v1/model/revert')).json()
  const again = await api.call('POST', '/v1/model/revert')

  expect(reverted).toMatchObject({
    inUse: 'test-model',
    adaptation: 'paused',
    isComplete: false,
    versions: [{ state: 'reverted' }],
  })
  expect([again.statusCode, again.json().code]).toEqual([409, 'no-live-layer'])
  expect(await readRollout(api.store.db)).toMatchObject({ modelVersion: 'test-model', finishedAt: null })
  expect((await stageBacklog(api.store.db)).classify).toBeGreaterThan(0)
  expect((await api.call('POST', '/v1/model/resume')).json()).toMatchObject({ adaptation: 'shipped' })
  const { rows } = await api.store.pool.query('SELECT action, target FROM audit_log ORDER BY at')
  expect(rows).toEqual([
    { action: 'model.revert', target: 'test-model+1' },
    { action: 'model.resume', target: 'model' },
  ])
})
