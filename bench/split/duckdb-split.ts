import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { defaultEffortSettings, statusWeight } from '@headroom/domain'
import type { CompanyFacts } from './company-facts.ts'
import { modelShareErrorSd } from './domain-split.ts'

/** A team and quarter as the SQL measures it. */
export interface DuckdbSplit {
  readonly team: number
  readonly quarter: string
  readonly trackedDays: number
  readonly capacityDays: number
  readonly share: number
  readonly shareEqual: number
  readonly sharePoints: number
  readonly error: number
}

/** DuckDB with the facts in its tables: what is not timed, as the domain is given its facts in memory too. */
export async function openDuckdb(facts: CompanyFacts): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  // It expects few rows out of the common table expressions, and would compare all signs of life with all days.
  await connection.run('SET asof_loop_join_threshold = 0')
  const load = async (table: string, shape: Record<string, string>, rows: readonly object[]) => {
    const columns = Object.entries(shape).map(([name, type]) => `"${name}":"${type}"`)
    await connection.run(
      `CREATE TABLE ${table} AS SELECT unnest(from_json($1::JSON, '[{${columns.join(',')}}]'), recursive := true)`,
      [JSON.stringify(rows)],
    )
  }
  const { tickets, people } = facts
  const text = 'VARCHAR'
  await load(
    'ticket',
    {
      id: text,
      group_id: text,
      created_at: 'BIGINT',
      status: text,
      category: text,
      assignee: text,
      estimate: 'DOUBLE',
      is_epic: 'BOOLEAN',
    },
    tickets.map((t) => ({
      ...{ id: t.id, group_id: t.groupId, created_at: t.createdAt, status: t.status.name, category: t.status.category },
      ...{ assignee: t.assigneeAccountId, estimate: t.estimate, is_epic: t.isEpic },
    })),
  )
  await load(
    'move',
    {
      ticket: text,
      ord: 'INTEGER',
      ts: 'BIGINT',
      field: text,
      before: text,
      after: text,
      before_category: text,
      after_category: text,
      author: text,
    },
    tickets.flatMap((t) =>
      t.transitions.map((m, ord) => ({
        ...{ ticket: t.id, ord, ts: m.at, field: m.field, before: m.from, after: m.to },
        ...{ before_category: m.fromCategory ?? null, after_category: m.toCategory ?? null, author: m.authorAccountId },
      })),
    ),
  )
  await load(
    'activity',
    { ticket: text, ts: 'BIGINT', kind: text, author: text },
    tickets.flatMap((t) =>
      t.activities.map((a) => ({ ticket: t.id, ts: a.at, kind: a.kind, author: a.authorAccountId })),
    ),
  )
  await load(
    'worklog',
    { ticket: text, ts: 'BIGINT', seconds: 'INTEGER', author: text },
    tickets.flatMap((t) =>
      t.worklogs.map((w) => ({ ticket: t.id, ts: w.startedAt, seconds: w.seconds, author: w.authorAccountId })),
    ),
  )
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  await load(
    'person',
    {
      id: text,
      is_bot: 'BOOLEAN',
      team: 'INTEGER',
      fte: 'DOUBLE',
      zone: text,
      opens: 'INTEGER',
      closes: 'INTEGER',
      weekdays: 'INTEGER[]',
      calendar: text,
    },
    people.map((p) => ({
      ...{ id: p.id, is_bot: p.isBot, team: p.team, fte: p.fte, zone: p.zone, weekdays: p.calendar.weekdays },
      ...{ opens: minutes(p.calendar.hours[0]), closes: minutes(p.calendar.hours[1]), calendar: p.calendar.id },
    })),
  )
  await load(
    'account',
    { id: text, person: text },
    people.flatMap((p) => p.forEffort.accountIds.map((id) => ({ id, person: p.id }))),
  )
  await load(
    'absence',
    { person: text, first: 'DATE', last: 'DATE', fraction: 'DOUBLE' },
    people.flatMap((p) => p.absences.map((a) => ({ person: p.id, first: a.from, last: a.to, fraction: a.fraction }))),
  )
  const calendars = new Map(people.map((p) => [p.calendar.id, p.calendar]))
  await load(
    'holiday',
    { calendar: text, day: 'DATE' },
    [...calendars.values()].flatMap((c) => c.holidays.map((day) => ({ calendar: c.id, day }))),
  )
  const statuses = new Set(
    tickets.flatMap((t) => [t.status.name, ...t.transitions.flatMap((m) => [m.fromName, m.toName])]),
  )
  await load(
    'status_weight',
    { status: text, weight: 'DOUBLE' },
    [...statuses].flatMap((s) => (s === null ? [] : [{ status: s, weight: statusWeight(s, defaultEffortSettings) }])),
  )
  await load(
    'classification',
    { ticket: text, p: 'DOUBLE', unclassified: 'BOOLEAN' },
    [...facts.classifications].map(([ticket, c]) => ({
      ticket,
      p: c.probabilities.strategic,
      unclassified: c.unclassified,
    })),
  )
  for (const table of timeTables) await connection.run(table, { first: facts.from, last: facts.asOf })
  return connection
}

/**
 * Time zones in tables: the offset of each hour, and the working window of each day. The domain remembers both after its
 * first run, and DuckDB would spend most of its time on asking its own tables of zones.
 */
const timeTables = [
  `CREATE TABLE zone_hour AS
   SELECT zone, epoch_ms(hour) // 3600000 AS hour, epoch_ms(hour AT TIME ZONE zone) - epoch_ms(hour) AS shift
     FROM (SELECT DISTINCT zone FROM person)
     CROSS JOIN (SELECT unnest(generate_series($first::TIMESTAMP, $last::TIMESTAMP + INTERVAL 3 DAY, INTERVAL 1 HOUR)) AT TIME ZONE 'UTC' AS hour)`,
  `CREATE TABLE working_window AS
   SELECT zone, opens, closes, day, epoch_ms((day + to_minutes(opens)) AT TIME ZONE zone) AS opens_at,
          epoch_ms((day + to_minutes(closes)) AT TIME ZONE zone) AS closes_at
     FROM (SELECT DISTINCT zone, opens, closes FROM person)
     CROSS JOIN (SELECT unnest(generate_series($first::DATE, $last::DATE, INTERVAL 1 DAY))::DATE AS day)`,
]

/** Effort from scratch, and the split of every team and quarter, in one statement. */
export async function splitByDuckdb(connection: DuckDBConnection, facts: CompanyFacts): Promise<DuckdbSplit[]> {
  const answer = await connection.runAndReadAll(splitSql, { last: facts.asOf })
  return answer.getRowObjectsJson().map((row) => {
    const number = (name: string) => Number(row[name])
    return {
      team: number('team'),
      quarter: String(row.quarter),
      ...{ trackedDays: number('tracked_days'), capacityDays: number('capacity_days'), share: number('share') },
      ...{ shareEqual: number('share_equal'), sharePoints: number('share_points'), error: number('error') },
    }
  })
}

const { unitsPerDay, freshDays, halfLifeDays, freshnessCutoff, evidenceFactor, overlapFloor, minimumOverlapMinutes } =
  defaultEffortSettings

/** The local day of an instant in milliseconds, by the offset of its hour. */
const localDay = (ts: string, zoneHour = 'z') =>
  `(DATE '1970-01-01' + ((${ts} + ${zoneHour}.shift) // 86400000)::INTEGER)`
const zoneHourOf = (ts: string, zone: string, name = 'z') =>
  `JOIN zone_hour ${name} ON ${name}.zone = ${zone} AND ${name}.hour = (${ts}) // 3600000`

/**
 * The rule of docs/methods.md in SQL. Simpler than the product, each time to DuckDB's advantage: fractions of a unit are kept
 * instead of being rounded by the largest remainder; histories are taken to be in order and to begin after the creation, as
 * the demo company's are; weights of status names and offsets of time zones lie ready; the order of sums is left open; and
 * there is no verdict.
 */
const splitSql = `
WITH
day AS MATERIALIZED (
  SELECT person, team, zone, day, fraction, opens_at, closes_at, full_seconds,
         count(*) FILTER (fraction > 0) OVER (PARTITION BY person ORDER BY day) AS no
    FROM (SELECT p.id AS person, p.team, p.zone, d.day, (p.closes - p.opens) * 60 AS full_seconds, d.opens_at, d.closes_at,
                 CASE WHEN list_contains(p.weekdays, isodow(d.day)) AND h.day IS NULL
                      THEN p.fte * (1 - least(1, coalesce(a.fraction, 0))) ELSE 0 END AS fraction
            FROM person p
            JOIN working_window d ON d.zone = p.zone AND d.opens = p.opens AND d.closes = p.closes
            LEFT JOIN holiday h ON h.calendar = p.calendar AND h.day = d.day
            LEFT JOIN (SELECT person, day, sum(fraction) AS fraction
                         FROM (SELECT person, fraction, unnest(generate_series(first, last, INTERVAL 1 DAY))::DATE AS day FROM absence)
                        GROUP BY person, day) a ON a.person = p.id AND a.day = d.day
           WHERE NOT p.is_bot)),
human AS (SELECT a.id AS account, p.id AS person, p.zone FROM account a JOIN person p ON p.id = a.person WHERE NOT p.is_bot),
bot AS (SELECT a.id AS account FROM account a JOIN person p ON p.id = a.person WHERE p.is_bot),
status_at AS (
  SELECT t.id AS ticket, t.created_at AS ts, -1 AS ord, coalesce(m.before, t.status) AS status, coalesce(m.before_category, t.category) AS category
    FROM ticket t LEFT JOIN (SELECT ticket, arg_min(before, ord) AS before, arg_min(before_category, ord) AS before_category
                               FROM move WHERE field = 'status' GROUP BY ticket) m ON m.ticket = t.id
   WHERE NOT t.is_epic
  UNION ALL
  SELECT ticket, ts, ord, after, after_category FROM move WHERE field = 'status'),
assignee_at AS (
  SELECT t.id AS ticket, t.created_at AS ts, -1 AS ord, CASE WHEN m.ticket IS NULL THEN t.assignee ELSE m.before END AS account
    FROM ticket t LEFT JOIN (SELECT ticket, first(before ORDER BY ord) AS before FROM move WHERE field = 'assignee' GROUP BY ticket) m
         ON m.ticket = t.id
   WHERE NOT t.is_epic
  UNION ALL
  SELECT ticket, ts, ord, after FROM move WHERE field = 'assignee'),
status_span AS (SELECT *, lead(ts, 1, 9e15::BIGINT) OVER (PARTITION BY ticket ORDER BY ord) AS until FROM status_at),
assignee_span AS (SELECT *, lead(ts, 1, 9e15::BIGINT) OVER (PARTITION BY ticket ORDER BY ord) AS until FROM assignee_at),
stretch AS MATERIALIZED (
  SELECT s.ticket, h.person, h.zone, w.weight, greatest(s.ts, a.ts) AS ts, least(s.until, a.until) AS until
    FROM status_span s
    JOIN ticket t ON t.id = s.ticket AND NOT t.is_epic
    JOIN assignee_span a ON a.ticket = s.ticket AND a.ts < s.until AND s.ts < a.until
    JOIN human h ON h.account = a.account
    JOIN status_weight w ON w.status = s.status
   WHERE s.category = 'in-progress' AND greatest(s.ts, a.ts) < least(s.until, a.until)),
stretch_day AS MATERIALIZED (
  SELECT s.ticket, s.person, s.weight, d.day, d.no, d.opens_at, d.closes_at,
         greatest(0, least(s.until, d.closes_at) - greatest(s.ts, d.opens_at)) AS overlap
    FROM (SELECT s.*, unnest(generate_series(${localDay('s.ts')},
                 coalesce(least($last::DATE, ${localDay('s.until - 1', 'e')}), $last::DATE), INTERVAL 1 DAY))::DATE AS day
            FROM stretch s ${zoneHourOf('s.ts', 's.zone')} LEFT ${zoneHourOf('s.until - 1', 's.zone', 'e')}) s
    JOIN day d ON d.person = s.person AND d.day = s.day
   WHERE d.fraction > 0),
active AS (
  SELECT ticket, person, day, no,
         sum(overlap * weight) / sum(overlap) * greatest(${overlapFloor}, sum(overlap) / any_value(closes_at - opens_at)) AS activity
    FROM stretch_day GROUP BY ticket, person, day, no
  HAVING sum(overlap) >= ${minimumOverlapMinutes * 60_000}),
sign AS (
  SELECT id AS ticket, created_at AS ts FROM ticket
  UNION ALL SELECT ticket, ts FROM move WHERE field IN ('status', 'assignee', 'estimate') AND author NOT IN (SELECT account FROM bot)
  UNION ALL SELECT ticket, ts FROM activity WHERE kind <> 'other-edit' AND author NOT IN (SELECT account FROM bot)
  UNION ALL SELECT ticket, ts FROM worklog WHERE author NOT IN (SELECT account FROM bot)),
sign_day AS (
  SELECT s.ticket, s.person, s.day, d.no, bool_or(s.evidence) AS evidence
    FROM (SELECT s.ticket, w.person, ${localDay('s.ts')} AS day, true AS evidence
            FROM sign s JOIN (SELECT DISTINCT ticket, person, zone FROM stretch) w ON w.ticket = s.ticket ${zoneHourOf('s.ts', 'w.zone')}
          UNION ALL
          SELECT s.ticket, s.person, ${localDay('s.ts')}, false
            FROM (SELECT *, lag(until) OVER (PARTITION BY ticket, person ORDER BY ts) AS before FROM stretch) s ${zoneHourOf('s.ts', 's.zone')}
           WHERE before IS DISTINCT FROM ts) s
    JOIN day d ON d.person = s.person AND d.day = s.day
   GROUP BY ALL),
fresh AS (
  SELECT a.ticket, a.person, a.day,
         a.activity * 2 ** -(greatest(0, a.no - s.no - ${freshDays}) / ${halfLifeDays})
           * CASE WHEN s.day = a.day AND s.evidence THEN ${evidenceFactor} ELSE 1 END AS weight
    FROM active a ASOF JOIN sign_day s ON s.ticket = a.ticket AND s.person = a.person AND a.day >= s.day
   WHERE a.activity > 0 AND 2 ** -(greatest(0, a.no - s.no - ${freshDays}) / ${halfLifeDays}) >= ${freshnessCutoff}),
logged AS (
  SELECT w.ticket, w.person, w.day, sum(w.seconds) AS seconds
    FROM (SELECT l.ticket, h.person, ${localDay('l.ts')} AS day, l.seconds
            FROM worklog l JOIN human h ON h.account = l.author JOIN ticket t ON t.id = l.ticket AND NOT t.is_epic ${zoneHourOf('l.ts', 'h.zone')}) w
    JOIN day d ON d.person = w.person AND d.day = w.day
   WHERE d.fraction > 0 GROUP BY ALL),
claim AS MATERIALIZED (
  SELECT c.*, t.group_id, c.weight * sqrt(CASE WHEN t.estimate > 0 THEN t.estimate ELSE 1 END) AS weight_points, (c.weight > 0)::DOUBLE AS weight_equal,
         d.team, d.no, round(d.fraction * ${unitsPerDay}) AS capacity, d.full_seconds
    FROM (SELECT coalesce(f.ticket, l.ticket) AS ticket, coalesce(f.person, l.person) AS person, coalesce(f.day, l.day) AS day,
                 coalesce(f.weight, 0) AS weight, coalesce(l.seconds, 0) AS seconds
            FROM fresh f FULL JOIN logged l ON l.ticket = f.ticket AND l.person = f.person AND l.day = f.day) c
    JOIN ticket t ON t.id = c.ticket
    JOIN day d ON d.person = c.person AND d.day = c.day),
-- A group weighs as much as its heaviest member; inside, its members share by weight.
in_group AS (
  SELECT *, ${['weight', 'weight_equal', 'weight_points'].map((w) => `CASE WHEN ${w} > 0 THEN max(${w}) OVER g * ${w} / sum(${w}) OVER g ELSE 0 END AS part_of_${w}`).join(', ')},
         CASE WHEN sum(seconds) OVER d * ${unitsPerDay} >= capacity * full_seconds THEN capacity * seconds / sum(seconds) OVER d
              ELSE floor(seconds * ${unitsPerDay} / full_seconds) END AS logged_units
    FROM claim
  WINDOW g AS (PARTITION BY person, day, group_id), d AS (PARTITION BY person, day)),
cell AS (
  SELECT person, team, day, ticket, ${['weight', 'weight_equal', 'weight_points']
    .map(
      (w) =>
        `logged_units + CASE WHEN part_of_${w} > 0 THEN (capacity - sum(logged_units) OVER d) * part_of_${w} / sum(part_of_${w}) OVER d ELSE 0 END AS units_by_${w}`,
    )
    .join(', ')}
    FROM in_group
  WINDOW d AS (PARTITION BY person, day)),
-- Days with an active or claiming ticket, and what lies between them where that is not more than 30 working days.
present AS (SELECT person, no FROM stretch_day UNION SELECT person, no FROM claim),
counted AS (
  SELECT p.person, p.no AS first, CASE WHEN gap <= 30 THEN p.no + gap ELSE p.no END AS last
    FROM (SELECT p.*, lead(p.no, 1, e.no + 1) OVER (PARTITION BY p.person ORDER BY p.no) - p.no - 1 AS gap
            FROM present p JOIN (SELECT person, max(no) AS no FROM day GROUP BY person) e USING (person)) p),
capacity AS (
  SELECT d.team, year(d.day) || '-Q' || quarter(d.day) AS quarter, sum(round(d.fraction * ${unitsPerDay})) AS capacity
    FROM (SELECT person, unnest(range(first, last + 1)) AS no FROM counted) c
    JOIN day d ON d.person = c.person AND d.no = c.no AND d.fraction > 0
   GROUP BY ALL),
of_ticket AS (
  SELECT team, year(day) || '-Q' || quarter(day) AS quarter, ticket, sum(units_by_weight) AS u, sum(units_by_weight_equal) AS ue,
         sum(units_by_weight_points) AS up
    FROM cell GROUP BY ALL),
summed AS (
  SELECT team, quarter, sum(u) AS tracked,
         sum(u * p) FILTER (NOT unclassified) / sum(u) AS share,
         sum(ue * p) FILTER (NOT unclassified) / sum(ue) AS share_equal,
         sum(up * p) FILTER (NOT unclassified) / sum(up) AS share_points,
         sqrt(sum(u * u * p * (1 - p)) FILTER (NOT unclassified)) / sum(u) AS labels,
         ${modelShareErrorSd} * sum(u) FILTER (NOT unclassified) / sum(u) AS model
    FROM of_ticket JOIN classification USING (ticket) GROUP BY team, quarter)
SELECT team, quarter, coalesce(tracked, 0) / ${unitsPerDay} AS tracked_days, capacity / ${unitsPerDay} AS capacity_days, share, share_equal, share_points,
       greatest(0.006, sqrt(labels ** 2 + model ** 2 + ((greatest(share, share_equal, share_points) - least(share, share_equal, share_points)) / 2) ** 2)) AS error
  FROM summed FULL JOIN capacity USING (team, quarter) ORDER BY team, quarter`
