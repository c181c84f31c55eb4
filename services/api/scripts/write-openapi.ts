// Writes services/api/openapi.json from the routes; with --check it only says whether the file is in step.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Queues } from '@headroom/queues'
import { createLogger, createMetrics, createSealedBox, newSecret } from '@headroom/runtime'
import { openStore } from '@headroom/store'
import { createApi } from '../src/app.ts'

const file = new URL('../openapi.json', import.meta.url)

/** The document as it is kept. Nothing is connected to: the routes alone make it. */
async function openApiText(): Promise<string> {
  const secretKey = Buffer.from(newSecret(), 'base64url').toString('base64')
  const app = await createApi({
    store: openStore({ url: 'postgres://nobody@127.0.0.1:1/none' }),
    queues: {} as Queues,
    log: createLogger({ level: 'silent', service: 'api' }),
    metrics: createMetrics(),
    seal: createSealedBox(secretKey, 'tracker-credentials'),
    webhookBox: createSealedBox(secretKey, 'webhook-secrets'),
    cookieSecret: secretKey,
    publicUrl: 'http://localhost:3000',
    model: { version: 'none', shareErrorSd: 0 },
    now: () => new Date(0),
    allowPrivateTrackers: false,
  })
  const document = (await app.inject('/openapi.json')).json<object>()
  await app.close()
  return `${JSON.stringify(document, null, 2)}\n`
}

const text = await openApiText()
if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write(
    'services/api/openapi.json is not in step with the routes; write it anew with: npm run openapi\n',
  )
  process.exitCode = 1
}
