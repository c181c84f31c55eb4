import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrackerKind } from '@headroom/domain'
import {
  deleteConnectionTest,
  insertConnectionTest,
  readConnectionTestRequest,
  readConnectionTestResult,
} from '@headroom/store'
import type { ApiDeps } from './api-deps.ts'
import { ProblemError } from './problem.ts'

const answerWithinMs = 20_000
const askEveryMs = 150

/**
 * Has the ingest service try credentials out, since only it talks to trackers. Gives those that are to be kept, since
 * trying uses a refresh token up and gets the next one. Throws a {@link ProblemError} with what the tracker said, or when
 * nobody answers.
 */
export async function tryCredentials(
  { store, queues, seal }: ApiDeps,
  settings: {
    readonly kind: TrackerKind
    readonly baseUrl: string
    readonly credentials: object
    readonly scope: object
  },
): Promise<object> {
  const { kind, baseUrl, credentials, scope } = settings
  const id = randomUUID()
  const sealedRequest = seal.seal(JSON.stringify({ credentials, scope }), id)
  await insertConnectionTest(store.db, { id, kind, baseUrl, sealedRequest })
  try {
    await queues.wake('test-connection', { testId: id })
    for (const giveUpAt = performance.now() + answerWithinMs; performance.now() < giveUpAt; await sleep(askEveryMs)) {
      const result = await readConnectionTestResult(store.db, id)
      if (result?.ok) {
        const kept = await readConnectionTestRequest(store.db, id)
        return kept === null ? credentials : (JSON.parse(seal.open(kept, id)) as { credentials: object }).credentials
      }
      if (result)
        throw new ProblemError('tracker-refused', result.problem, {
          errors: [{ field: 'credentials', message: result.problem }],
        })
    }
    throw new ProblemError('unavailable', 'The ingest service did not try the credentials in time; see that it runs.', {
      headers: { 'retry-after': '30' },
    })
  } finally {
    await deleteConnectionTest(store.db, id)
  }
}
