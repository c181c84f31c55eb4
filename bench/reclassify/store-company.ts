import { randomUUID } from 'node:crypto'
import { generateCompany } from '@headroom/simulator'
import type { Store } from '@headroom/store'

/** A ticket in twenty is an epic; the nineteen that follow it are below it. */
const perEpic = 20

/**
 * Stores as many tickets as asked for, with the texts, types and labels of the demo company's, by SQL alone: what is
 * measured begins with stored tickets.
 */
export async function storeCompany({ pool }: Store, size: number): Promise<void> {
  const { tickets } = generateCompany({ seed: 'bench', until: Date.UTC(2026, 8, 30, 12), months: 6 })
  const connectionId = randomUUID()
  await pool.query(
    `INSERT INTO connections (id, kind, name, base_url, sealed_credentials, scope) VALUES ($1, 'jira-cloud', 'Jira', 'https://jira.example', '', '{}')`,
    [connectionId],
  )
  await pool.query('CREATE TABLE bench_texts (no serial, title text, description text, labels text[])')
  await pool.query(
    `INSERT INTO bench_texts (title, description, labels)
     SELECT title, description, ARRAY(SELECT jsonb_array_elements_text(labels)) FROM jsonb_to_recordset($1::jsonb) AS t (title text, description text, labels jsonb)`,
    [JSON.stringify(tickets.map(({ title, description, labels }) => ({ title, description, labels })))],
  )
  await pool.query(
    `INSERT INTO tickets (id, connection_id, external_id, key, url, title, description, type, is_subtask, is_epic, status_id, status, status_category,
       project_id, project_key, project_name, parent_external_id, sprint_ids, labels, components, created_at, updated_at, history_complete, content_hash, fetched_at)
     SELECT gen_random_uuid(), $1, n::text, 'BENCH-' || n, '', x.title || ' ' || n, x.description, CASE WHEN n % $3 = 0 THEN 'Epic' ELSE (ARRAY['Story', 'Task', 'Bug'])[1 + n % 3] END,
            false, n % $3 = 0, '1', 'To Do', 'todo', '1', 'BENCH', 'Bench', CASE WHEN n % $3 > 0 THEN (n - n % $3)::text END, '{}', x.labels, '{}',
            now() - n * interval '1 minute', now() - n * interval '1 minute', true, '', now()
       FROM generate_series(0, $2 - 1) n JOIN bench_texts x ON x.no = 1 + n % $4`,
    [connectionId, size, perEpic, tickets.length],
  )
  await pool.query('DROP TABLE bench_texts')
  await pool.query('VACUUM ANALYZE')
}
