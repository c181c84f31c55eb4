import { type Config, createLogger, type Logger, loadConfig, type Service, UserError } from '@headroom/runtime'
import { type Headroom, openHeadroom } from './open-headroom.ts'

/** Commands are for people: their log is quiet unless somebody asks for it. */
export function commandLog(config: Config): Logger {
  return createLogger({ level: config.logLevel === 'info' ? 'fatal' : config.logLevel, service: 'headroom' })
}

/** Opens Headroom for one command, and closes all that was opened, in reverse order, whatever happens. */
export async function withHeadroom<T>(
  work: (headroom: Headroom, started: (service: Service) => void) => Promise<T>,
): Promise<T> {
  const config = loadConfig()
  return withServices(async (started) => work(await openHeadroom(config, commandLog(config), started), started))
}

/** Stops in reverse order what `work` started, also when it fails or when somebody presses Ctrl-C. */
export async function withServices<T>(work: (started: (service: Service) => void) => Promise<T>): Promise<T> {
  const services: Service[] = []
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new UserError('Stopped. What was done until now is kept.')))
  })
  const working = work((service) => void services.push(service))
  // What work that was interrupted fails with afterwards is not worth a word.
  working.catch(() => {})
  try {
    return await Promise.race([working, interrupted])
  } finally {
    for (const service of services.reverse()) await service.stop()
  }
}
