export { EmbeddedPostgresError, type EmbeddedPostgresProblem } from './errors.ts'
export { freePort } from './free-port.ts'
export { processIdentity } from './process-identity.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts'
