import { type Logger, pino, stdSerializers } from 'pino'

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
      serializers: { err: plainError },
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

/** Libraries hang whole connections with their keys on their errors; what helps is the words and the place. */
function plainError(error: Error) {
  const { type, message, stack, code } = stdSerializers.err(error)
  return { type, message, stack, code }
}
