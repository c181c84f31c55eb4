import { setTimeout as sleep } from 'node:timers/promises'
import { failureLine } from './failure-line.ts'
import type { Logger } from './logger.ts'

/** Something that runs until it is stopped. `stop` waits for the work in hand. */
export interface Service {
  stop(): Promise<void>
}

/** How long a start that was broken off may take to notice it before what it started is stopped under it. */
const startGraceMs = 5_000

/**
 * The frame of every process: starts, waits for SIGINT or SIGTERM, stops in reverse order of starting, ends. A signal
 * that comes during the start aborts `stopping`, so that the start breaks off between two steps. A second signal, more
 * than a second later, ends at once. A failed start stops what had been started and ends with one line and exit code 1.
 */
export async function runUntilStopped(
  log: Logger,
  start: (started: (service: Service) => void, stopping: AbortSignal) => Promise<void>,
): Promise<void> {
  const services: Service[] = []
  let ended = false
  // A start that was broken off may hand over something even now.
  const started = (service: Service) => void (ended ? service.stop().catch(() => {}) : services.push(service))
  const stopping = new AbortController()
  const signal = nextSignal()
  const starting = start(started, stopping.signal)
  try {
    const name = await Promise.race([starting.then(() => signal), signal])
    log.info({ signal: name }, 'stopping')
    stopping.abort()
    // What a start fails with after it was broken off is not worth a word.
    await Promise.race([starting.catch(() => {}), sleep(startGraceMs, undefined, { ref: false })])
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${failureLine(error)}\n`)
    log.debug({ err: error }, 'start failed')
  }
  while (services.length > 0) {
    await services
      .pop()
      ?.stop()
      .catch((error: unknown) => log.error({ err: error }, 'a service did not stop cleanly'))
  }
  ended = true
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        // One Ctrl-C arrives up to three times: npm and scripts/run.mjs pass on what the terminal sent to all of them.
        if (askedAt !== undefined && Date.now() - askedAt > 1_000) process.exit(130)
        askedAt ??= Date.now()
        resolve(name)
      })
    }
  })
}
