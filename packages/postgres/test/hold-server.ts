import { EmbeddedPostgresError, startEmbeddedPostgres } from '../src/index.ts'

// Started by the tests as a process that can be killed: holds a server on the given directory and prints its address.
const dataDir = process.argv[2] ?? ''
try {
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, settings: { fsync: 'off' } })
  process.stdout.write(server.url)
} catch (error) {
  process.stdout.write(error instanceof EmbeddedPostgresError ? `${error.problem}: ${error.message}` : String(error))
}
