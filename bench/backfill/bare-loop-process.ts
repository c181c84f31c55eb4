import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { answerOrder } from '../child.ts'
import { ownCpuSeconds } from '../cpu-seconds.ts'
import type { IngestionOrder, IngestionReport } from './backfill.ts'

// The baseline: as little as can be done to have a tracker's pages as rows. One request, one JSON.parse, three COPYs and one
// commit a page; the same columns as the real tables but no index, no key, no check of anything, no way to go on after a crash.

const fields =
  'summary description issuetype status project parent labels components priority resolution assignee reporter created updated archiveddate comment worklog customfield_10026 customfield_10020'.split(
    ' ',
  )

answerOrder(async ({ databaseUrl, trackerUrl, credentials }: IngestionOrder): Promise<IngestionReport> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  for (const table of ['tickets', 'transitions', 'raw_tickets']) {
    await client.query(`CREATE TABLE bare_${table} (LIKE ${table} INCLUDING DEFAULTS)`)
  }
  const connectionId = randomUUID()

  const [began, cpuBefore] = [performance.now(), ownCpuSeconds()]
  let tickets = 0
  let token: string | undefined
  do {
    const page = await readPage(trackerUrl, credentials, token)
    const fetchedAt = new Date().toISOString()
    const rows = page.issues.map((issue) => toRows(issue, connectionId, fetchedAt))
    await client.query('BEGIN')
    await copy(
      client,
      ticketColumns,
      rows.map((r) => r.ticket),
    )
    await copy(
      client,
      transitionColumns,
      rows.flatMap((r) => r.transitions),
    )
    await copy(
      client,
      rawColumns,
      rows.map((r) => r.raw),
    )
    await client.query('COMMIT')
    tickets += rows.length
    token = page.nextPageToken
  } while (token !== undefined)
  const report = {
    tickets,
    repeated: 0,
    halvesRssMb: null,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: ownCpuSeconds() - cpuBefore,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
  await client.end()
  return report
})

interface Named {
  readonly id: string
  readonly name: string
}

interface Issue {
  readonly id: string
  readonly key: string
  readonly self: string
  readonly fields: {
    readonly [custom: `customfield_${string}`]: unknown
    readonly summary: string
    readonly description: unknown
    readonly issuetype: Named & { readonly subtask: boolean }
    readonly status: Named & { readonly statusCategory: { readonly key: string } }
    readonly project: Named & { readonly key: string }
    readonly parent?: { readonly id: string; readonly key: string }
    readonly labels: readonly string[]
    readonly components: readonly Named[]
    readonly priority: Named | null
    readonly resolution: Named | null
    readonly assignee: { readonly accountId: string } | null
    readonly reporter: { readonly accountId: string } | null
    readonly created: string
    readonly updated: string
  }
  readonly changelog: {
    readonly histories: readonly {
      readonly id: string
      readonly created: string
      readonly author?: { readonly accountId: string }
      readonly items: readonly {
        readonly field: string
        readonly from: string | null
        readonly to: string | null
        readonly fromString: string | null
        readonly toString: string | null
      }[]
    }[]
  }
}

async function readPage(
  url: string,
  { email, apiToken }: IngestionOrder['credentials'],
  token: string | undefined,
): Promise<{ issues: Issue[]; nextPageToken?: string }> {
  const answer = await fetch(`${url}/rest/api/3/search/jql`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      jql: 'created >= "1970-01-01" ORDER BY created ASC, key ASC',
      fields,
      expand: 'changelog',
      maxResults: 100,
      nextPageToken: token,
    }),
  })
  return JSON.parse(await answer.text())
}

type Value = string | number | boolean | null | readonly string[]

function toRows(issue: Issue, connectionId: string, fetchedAt: string) {
  const id = randomUUID()
  const { fields: f } = issue
  const moves = issue.changelog.histories.toReversed().flatMap((history) =>
    history.items.map((item, i) => ({
      ...item,
      id: `${history.id}:${i}`,
      at: history.created,
      author: history.author?.accountId ?? null,
    })),
  )
  const moved = moves.filter((m) => m.field === 'status')
  const ticket: Value[] = [
    ...[id, connectionId, issue.id, issue.key, issue.self, f.summary, JSON.stringify(f.description), f.issuetype.name],
    ...[f.issuetype.subtask, false, f.status.id, f.status.name, f.status.statusCategory.key],
    ...[f.project.id, f.project.key, f.project.name, f.parent?.id ?? null, f.parent?.key ?? null],
    [],
    f.labels,
    f.components.map((c) => c.name),
    ...[f.priority?.name ?? null, Number(f.customfield_10026 ?? 0), f.resolution?.name ?? null],
    ...[f.assignee?.accountId ?? null, f.reporter?.accountId ?? null, f.created, f.updated],
    ...[moved[0]?.at ?? null, moved.at(-1)?.at ?? null, true, '', fetchedAt],
  ]
  const transitions = moves.map((m, ordinal): Value[] => [
    id,
    ordinal,
    m.id,
    m.at,
    m.field,
    m.from,
    m.to,
    m.fromString,
    m.toString,
    m.author,
  ])
  return { ticket, transitions, raw: [id, connectionId, issue.id, JSON.stringify(issue), fetchedAt] as Value[] }
}

const ticketColumns = `bare_tickets (id, connection_id, external_id, key, url, title, description, type, is_subtask, is_epic, status_id, status,
  status_category, project_id, project_key, project_name, parent_external_id, parent_key, sprint_ids, labels, components, priority, estimate,
  resolution, assignee_account_id, reporter_account_id, created_at, updated_at, started_at, completed_at, history_complete, content_hash, fetched_at)`
const transitionColumns = `bare_transitions (ticket_id, ordinal, id, at, field, "from", "to", from_name, to_name, author_account_id)`
const rawColumns = 'bare_raw_tickets (ticket_id, connection_id, external_id, payload, fetched_at)'

async function copy(client: pg.Client, columns: string, rows: readonly Value[][]): Promise<void> {
  const text = rows.map((row) => `${row.map(field).join('\t')}\n`).join('')
  await pipeline(Readable.from([text]), client.query(copyFrom(`COPY ${columns} FROM STDIN`)))
}

/** A value in COPY's text format. */
function field(value: Value): string {
  if (value === null) return '\\N'
  const text = Array.isArray(value) ? `{${value.map((v) => JSON.stringify(v)).join(',')}}` : String(value)
  return text.replace(/[\\\n\r\t]/g, (c) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? c)
}
