/** Something that the user can mend; its message is the one line that says what is wrong and what to do. */
export class UserError extends Error {
  override name = 'UserError'
}

/** Errors whose message is written for people, wherever they are thrown. */
const forPeople = new Set([
  'ConfigError',
  'ConnectionRefusedError',
  'EmbeddedPostgresError',
  'MailNotConfiguredError',
  'ProblemError',
  'ReplayError',
  'SealError',
  'TrackerProtocolError',
  'TrackerUnauthorizedError',
  'UserError',
])

/** By the codes of the operating system and of PostgreSQL. */
const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is in use by another program. Stop that one, or set PORT to a free port.',
  EADDRNOTAVAIL: 'HOST is not an address of this machine. Correct it, or leave it out.',
  EACCES: 'Permission was denied. Start as the owner of the data directory, or set HEADROOM_DATA_DIR to one of yours.',
  ENOSPC: 'The disk is full. Free some space and start again; nothing that was stored is lost.',
  ECONNREFUSED: 'The database does not answer. Check that it runs and that DATABASE_URL is right.',
  ECONNRESET: 'The database ended the connection. Check that it runs, then try again; nothing that was stored is lost.',
  ENOTFOUND: 'The host of the database is not known. Check DATABASE_URL.',
  EAI_AGAIN: 'The host of the database is not known. Check DATABASE_URL and the network.',
  '28P01': 'The database refused the password. Check DATABASE_URL.',
  '28000': 'The database refused the user. Check DATABASE_URL.',
  '3D000': 'The database does not exist. Create it, or check DATABASE_URL.',
  '42P01': 'The database has not the schema of this version. Bring it there with packages/store/scripts/migrate.ts.',
  '53100': 'The disk of the database is full. Free some space and start again; nothing that was stored is lost.',
  '53300': 'The database takes no more connections. Raise its max_connections, or end what else uses it.',
  '57P03': 'The database is starting. Try again in a moment.',
}

/** The one line that a person reads when something fails: what is wrong and what to do. */
export function failureLine(error: unknown): string {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (forPeople.has(e.name)) return e.message
    if (e.name === 'TrackerUnavailableError')
      return /check|try/i.test(e.message)
        ? e.message
        : `${e.message} Check its address and the network, then try again.`
    if (e.name === 'MaxRetriesPerRequestError')
      return 'The Redis at REDIS_URL does not answer. Check that it runs, or leave REDIS_URL out.'
    const { code } = e as NodeJS.ErrnoException
    const remedy = code === undefined ? undefined : remedies[code]
    // Node gives no message when it tried several addresses of a host.
    if (remedy) return `${remedy} (${e.message.split('\n')[0] || code})`
  }
  const message = error instanceof Error ? error.message : String(error)
  return `Something unexpected happened: ${message.split('\n')[0]}. Run again with LOG_LEVEL=debug to see more.`
}
