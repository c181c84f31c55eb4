import { migrateStore } from '../src/index.ts'

// Brings the database at DATABASE_URL to the schema of this version: the step before the services of a new version start.
const url = process.env.DATABASE_URL
if (url === undefined || url === '') throw new Error('DATABASE_URL is missing: the address of the database to migrate')
await migrateStore(url)
process.stdout.write('The database has the schema of this version.\n')
