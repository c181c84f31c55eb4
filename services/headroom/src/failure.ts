import { UserError } from './cli-context.ts'

const forPeople = new Set([
  'ConfigError',
  'ConnectionRefusedError',
  'EmbeddedPostgresError',
  'MailNotConfiguredError',
  'SealError',
  'TrackerProtocolError',
  'TrackerUnauthorizedError',
  'TrackerUnavailableError',
])

/** The one line that a person reads when a command fails: what is wrong and what to do. */
export function lineFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof UserError || forPeople.has(error.name)) return error.message
  const { code } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : systemErrors[code]
  if (known) return `${known} (${error.message})`
  return `Something unexpected happened: ${error.message}. Run again with LOG_LEVEL=debug to see more.`
}

const systemErrors: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is in use by another program. Stop that one, or set PORT to a free port.',
  EACCES: 'Permission was denied. Start as the owner of the data directory, or set HEADROOM_DATA_DIR to one of yours.',
  ENOSPC: 'The disk is full. Free some space and start again; nothing that was stored is lost.',
  ECONNREFUSED: 'The database does not answer. Check that it runs and that DATABASE_URL is right.',
  ENOTFOUND: 'A host name is unknown. Check DATABASE_URL and REDIS_URL.',
  '28P01': 'The database refused the password. Check DATABASE_URL.',
  '3D000': 'The database does not exist. Create it, or check DATABASE_URL.',
  '53100': 'The disk of the database is full. Free some space and start again; nothing that was stored is lost.',
}
