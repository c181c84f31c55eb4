import { type Config, loadConfig } from './config.ts'
import { failureLine } from './failure-line.ts'
import { runUntilStopped, type Service } from './lifecycle.ts'
import { createLogger, type Logger } from './logger.ts'

/** What a process starts with. */
export interface ProcessFrame {
  readonly config: Config
  readonly log: Logger
  /** Hands over what was started, to be stopped in reverse order. */
  readonly started: (service: Service) => void
  /** Aborted when the process is to end: a long start breaks off. */
  readonly stopping: AbortSignal
}

/**
 * Runs a process from its environment to its end. Whatever keeps it from starting, a wrong setting among it, ends in one
 * line on standard error and exit code 1.
 */
export async function runProcess(
  name: string,
  start: (frame: ProcessFrame) => Promise<void>,
  logLevel: (config: Config) => string = (config) => config.logLevel,
): Promise<void> {
  let config: Config
  try {
    config = loadConfig()
  } catch (error) {
    process.stderr.write(`${failureLine(error)}\n`)
    process.exitCode = 1
    return
  }
  const log = createLogger({ level: logLevel(config), service: name })
  await runUntilStopped(log, (started, stopping) => start({ config, log, started, stopping }))
}
