import type { Logger, Service } from '@headroom/runtime'
import { type Config, createLogger, loadConfig } from '@headroom/runtime'
import { type Headroom, openHeadroom } from './open-headroom.ts'

/** Something that the user can mend; shown as its one line, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
}

/** Commands are for people: their log is quiet unless somebody asks for it. */
function commandLog(config: Config): Logger {
  return createLogger({ level: config.logLevel === 'info' ? 'error' : config.logLevel, service: 'headroom' })
}

/** Opens Headroom for one command, and closes all that was opened, in reverse order, whatever happens. */
export async function withHeadroom<T>(
  work: (headroom: Headroom, started: (service: Service) => void) => Promise<T>,
): Promise<T> {
  const config = loadConfig()
  const services: Service[] = []
  const started = (service: Service) => void services.push(service)
  try {
    return await work(await openHeadroom(config, commandLog(config), started), started)
  } finally {
    for (const service of services.reverse()) await service.stop()
  }
}
