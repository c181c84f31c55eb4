import { SealError } from '@headroom/runtime'
import {
  type ConnectionTest,
  type ConnectionTestResult,
  findConnectionTest,
  writeConnectionTestResult,
} from '@headroom/store'
import { TrackerProtocolError, TrackerUnauthorizedError, TrackerUnavailableError } from '@headroom/trackers'
import type { IngestDeps } from './ingest-deps.ts'

/** Tries out credentials that are not kept yet, once, and writes down what the tracker said: somebody waits for it. */
export async function testConnection(
  deps: Pick<IngestDeps, 'store' | 'openTracker' | 'log'>,
  testId: string,
): Promise<void> {
  const test = await findConnectionTest(deps.store.db, testId)
  if (!test) return
  const result = await tryOut(deps, test)
  await writeConnectionTestResult(deps.store.db, test.id, result)
}

async function tryOut(
  { openTracker, log }: Pick<IngestDeps, 'openTracker' | 'log'>,
  test: ConnectionTest,
): Promise<ConnectionTestResult> {
  try {
    const { accountName } = await openTracker(test, 'webhook').test()
    return { ok: true, accountName }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'unexpected') log.error({ err: error, kind: test.kind }, 'credentials could not be tried')
    else log.info({ code, kind: test.kind }, 'credentials were refused')
    return { ok: false, code, problem: code === 'unexpected' ? unexpected : (error as Error).message }
  }
}

const unexpected = 'Trying the credentials failed; the log of the ingest service says why.'

function codeOf(error: unknown): string {
  if (error instanceof TrackerUnauthorizedError) return 'unauthorized'
  if (error instanceof TrackerUnavailableError) return 'unavailable'
  if (error instanceof TrackerProtocolError) return 'not-this-tracker'
  return error instanceof SealError ? 'sealed' : 'unexpected'
}
