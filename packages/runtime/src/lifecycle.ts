import type { Logger } from './logger.ts'

/** Something that runs until it is stopped. `stop` waits for the work in hand. */
export interface Service {
  stop(): Promise<void>
}

/**
 * The frame of every process: starts, waits for SIGINT or SIGTERM, stops in reverse order of starting, ends. A second
 * signal, more than a second later, ends at once. A failed start stops what had been started and ends with one line and
 * exit code 1.
 */
export async function runUntilStopped(
  log: Logger,
  start: (started: (service: Service) => void) => Promise<void>,
): Promise<void> {
  const services: Service[] = []
  const signal = new Promise<NodeJS.Signals>((resolve) => {
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
  try {
    const begun = start((service) => services.push(service)).then(() => signal)
    const name = await Promise.race([begun, signal])
    log.info({ signal: name }, 'stopping')
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    log.debug({ err: error }, 'start failed')
  }
  for (const service of services.reverse()) {
    await service.stop().catch((error: unknown) => log.error({ err: error }, 'a service did not stop cleanly'))
  }
}
