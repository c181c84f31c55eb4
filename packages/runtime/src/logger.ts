import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/**
 * The process's log: JSON lines on standard error, so that standard output stays for people. Tokens and payloads are
 * never logged; the listed paths are a second net.
 */
export function createLogger(options: { level: string; service: string }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      redact: [
        '*.apiToken',
        '*.apiKey',
        '*.token',
        '*.password',
        '*.authorization',
        'req.headers.authorization',
        'req.headers.cookie',
      ],
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
