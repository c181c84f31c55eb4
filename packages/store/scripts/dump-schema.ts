// Writes schema.sql: the whole schema as SQL, so that what a migration leads to is seen in one place.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'

const store = path.resolve(import.meta.dirname, '..')
const drizzleKit = path.join(store, 'node_modules/drizzle-kit/bin.cjs')
const sql = execFileSync(process.execPath, [drizzleKit, 'export', '--config', 'drizzle.config.ts'], {
  cwd: store,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const statements = sql.slice(sql.indexOf('CREATE '))
writeFileSync(
  path.join(store, 'schema.sql'),
  `-- The schema that the migrations lead to. Written by \`npm run schema\`; do not edit.\n\n${statements.trimEnd()}\n`,
)
