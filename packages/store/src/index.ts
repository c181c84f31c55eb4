export { personId, suggestedTeamId, ticketId } from './ids.ts'
export { migrateStore } from './migrate.ts'
export type { Db, OpenStoreOptions, Store } from './store.ts'
export { inTransaction, openStore } from './store.ts'
