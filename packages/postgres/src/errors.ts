/** What kept the embedded server from running. Each is something the person at the keyboard can change. */
export type EmbeddedPostgresProblem =
  | 'in-use'
  | 'not-writable'
  | 'disk-full'
  | 'path-too-long'
  | 'wrong-version'
  | 'unsupported-platform'
  | 'start-failed'

/** The embedded server cannot run. The message is one line: what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError'
  readonly problem: EmbeddedPostgresProblem

  constructor(problem: EmbeddedPostgresProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

const elsewhere = 'set HEADROOM_DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server'

/** The one-line error for a failed file operation under `dataDir`; what is not known becomes `start-failed`. */
export function fileError(error: unknown, dataDir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new EmbeddedPostgresError('not-writable', `Cannot write to ${dataDir}: ${elsewhere}.`, { cause: error })
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(dataDir, error)
    case 'ENAMETOOLONG':
      return new EmbeddedPostgresError(
        'path-too-long',
        `The path of the data directory is too long (${dataDir.length} characters): set HEADROOM_DATA_DIR to a shorter one.`,
        { cause: error },
      )
    default:
      return new EmbeddedPostgresError('start-failed', `Cannot prepare ${dataDir}: ${String(error)}`, { cause: error })
  }
}

/** The one-line error for a server or initdb that ended early; `output` is what it printed, kept as the cause. */
export function serverError(what: string, output: string, dataDir: string): EmbeddedPostgresError {
  const cause = new Error(output.trim() || `${what} printed nothing`)
  if (/No space left on device|Disk quota exceeded|Check free disk space/.test(output)) return diskFull(dataDir, cause)
  const version = /initialized by PostgreSQL version (\S+?),/.exec(output)?.[1]
  if (version !== undefined) {
    return new EmbeddedPostgresError(
      'wrong-version',
      `${dataDir} was written by PostgreSQL ${version}, which this version of Headroom cannot read: ${elsewhere}.`,
      { cause },
    )
  }
  const lines = output.split('\n').filter((line) => /FATAL|PANIC|error|could not/i.test(line))
  const reason = (lines[0] ?? output.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|error):\s*/, '')
  return new EmbeddedPostgresError('start-failed', `${what} failed in ${dataDir}: ${reason || 'no message'}`, { cause })
}

/** The one-line error for a data directory that belongs to another user of the machine. */
export function foreignOwner(dataDir: string, uid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'not-writable',
    `${dataDir} belongs to another user (uid ${uid}): start as that user, or ${elsewhere}.`,
  )
}

/** The one-line error for a data directory that a running process holds. */
export function inUse(dataDir: string, pid: number | string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'in-use',
    `${dataDir} is in use by another running Headroom (process ${pid}): stop that one, or ${elsewhere}.`,
  )
}

function diskFull(dataDir: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError('disk-full', `The disk of ${dataDir} is full: free some space, or ${elsewhere}.`, {
    cause,
  })
}
