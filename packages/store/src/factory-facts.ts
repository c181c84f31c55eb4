import { defaultEffortSettings, type FactoryFacts, type FeatureTicket } from '@headroom/domain'
import type pg from 'pg'
import type { Db } from './store.ts'

/** The days that are looked at, both included, of one team or of all. */
export interface FactoryWindow {
  readonly from: string
  readonly to: string
  readonly teamId?: string
}

/** What shows the signs of a feature factory in a window; see FactoryFacts. No figure in it is one person's. */
export async function readFactoryFacts(db: Db, window: FactoryWindow): Promise<FactoryFacts> {
  const client = db.$client as pg.Pool
  const args = [window.from, window.to, window.teamId ?? null]
  const [tickets, scrapped, waits, released, epics, ticketsPerDay, mainEpics, open, sprints, people] =
    await Promise.all([
      client.query<WorkedTicket>(workedSql, args),
      client.query<{ id: string }>(scrappedSql, args),
      client.query<FactoryFacts['waits'][number]>(waitsSql, args),
      client.query<FactoryFacts['released'][number]>(releasedSql, args),
      client.query<FactoryFacts['epics'][number]>(epicsSql, args),
      client.query<{ tickets: number; days: number }>(ticketsPerDaySql, args),
      client.query<FactoryFacts['mainEpics']>(mainEpicsSql, args),
      client.query<FactoryFacts['open']>(openSql, args),
      client.query<FactoryFacts['sprints'][number]>(sprintsSql, args),
      client.query<{ people: number }>(peopleSql, args),
    ] as const)
  const perDay = new Array<number>(ticketsPerDay.rows.at(-1)?.tickets ?? 0).fill(0)
  for (const { tickets: count, days } of ticketsPerDay.rows) perDay[count - 1] = days
  return {
    features: tickets.rows.filter((t) => t.category === 'feature').map(toFeature),
    scrapped: scrapped.rows.map((row) => row.id),
    strategic: tickets.rows
      .filter((t) => t.category === 'strategic')
      .map(({ ticketId, units, raisedByEngineers, workType }) => ({
        ticketId,
        units,
        raisedByEngineers,
        isDiscovery: workType === 'discovery' || workType === 'exploration',
      })),
    waits: waits.rows,
    released: released.rows,
    epics: epics.rows,
    ticketsPerDay: perDay,
    mainEpics: mainEpics.rows[0] ?? { weeks: 0, changed: 0 },
    open: open.rows[0] ?? { topPriorities: 0, all: 0 },
    sprints: sprints.rows,
    people: people.rows[0]?.people ?? 0,
  }
}

interface WorkedTicket extends Omit<FeatureTicket, 'words' | 'hasOutcome'> {
  readonly category: 'feature' | 'strategic'
  readonly workType: string | null
  readonly description: string
  /** Its title, and the texts of the two above it. */
  readonly around: string
}

/** Who writes more than this has named the outcome before. */
const textLetters = 4000
const outcomeWords =
  /\b(okrs?|kpis?|metrics?|hypothes[ie]s|we believe|conversion|retention|churn|activation|success criteria|outcomes?|goals?)\b/i

function toFeature({ description, around, category: _, workType: __, ...ticket }: WorkedTicket): FeatureTicket {
  return {
    ...ticket,
    words: description.match(/\S+/g)?.length ?? 0,
    hasOutcome: outcomeWords.test(description) || outcomeWords.test(around),
  }
}

const { unitsPerDay } = defaultEffortSettings
const inWindow = (column: string) => `${column} >= $1::date AND ${column} < $2::date + 1`
const ofTeam = (ticket: string) =>
  `($3::uuid IS NULL OR EXISTS (SELECT FROM ticket_teams m WHERE m.ticket_id = ${ticket}.id AND m.team_id = $3))`
const isLive = (ticket: string) => `${ticket}.deleted_at IS NULL AND NOT ${ticket}.is_epic`
/** Effort of the team's people, or of all. */
const teamEffort = `effort e JOIN person_days d ON d.person_id = e.person_id AND d.day = e.day AND ($3::uuid IS NULL OR d.team_id = $3)`
const workedSql = `
  WITH units AS (
         SELECT e.ticket_id, sum(e.units)::float8 AS units FROM ${teamEffort} WHERE e.day BETWEEN $1 AND $2 GROUP BY 1),
       finished AS (
         SELECT t.id FROM tickets t WHERE t.status_category = 'done' AND ${inWindow('t.completed_at')} AND ${isLive('t')} AND ${ofTeam('t')}),
       engineers AS (SELECT DISTINCT person_id FROM person_days WHERE day BETWEEN $1 AND $2 AND tracked_units > 0)
  SELECT t.id AS "ticketId", c.category, c.work_type AS "workType", coalesce(u.units, 0) AS units, f.id IS NOT NULL AS finished,
         left(t.description, ${textLetters}) AS description,
         concat_ws(' ', t.title, p.title, left(p.description, ${textLetters}), g.title, left(g.description, ${textLetters})) AS around,
         CASE WHEN a.kind = 'human' THEN a.person_id IN (SELECT person_id FROM engineers) END AS "raisedByEngineers",
         ((SELECT greatest(0, count(DISTINCT x."to") - 1) FROM transitions x WHERE x.ticket_id = t.id AND x.field = 'assignee') +
          (SELECT count(*) FROM transitions x WHERE x.ticket_id = t.id AND x.field = 'status'
              AND ((x.from_category IN ('done', 'canceled') AND x.to_category IN ('todo', 'in-progress'))
                OR (x.from_category = 'in-progress' AND x.to_category = 'todo'))))::int AS "handOffs",
         EXISTS (SELECT FROM unnest(t.labels) l WHERE l ~* '\\m(customer|client|deal)') AS "forCustomer"
    FROM (SELECT ticket_id AS id FROM units UNION SELECT id FROM finished) s
    JOIN tickets t USING (id)
    JOIN classifications c ON c.ticket_id = t.id AND c.category IN ('feature', 'strategic')
    LEFT JOIN units u ON u.ticket_id = t.id
    LEFT JOIN finished f ON f.id = t.id
    LEFT JOIN tickets p ON p.connection_id = t.connection_id AND p.external_id = t.parent_external_id
    LEFT JOIN tickets g ON g.connection_id = p.connection_id AND g.external_id = p.parent_external_id
    LEFT JOIN accounts a ON a.connection_id = t.connection_id AND a.account_id = t.reporter_account_id
   WHERE ${isLive('t')} ORDER BY 1`

const scrappedSql = `
  SELECT t.id FROM tickets t JOIN classifications c ON c.ticket_id = t.id AND c.category = 'feature'
   WHERE t.status_category = 'canceled' AND t.started_at IS NOT NULL AND ${inWindow('t.completed_at')} AND ${isLive('t')} AND ${ofTeam('t')}
   ORDER BY 1`

const waitsSql = `
  SELECT t.id AS "ticketId", t.started_at IS NOT NULL AND t.started_at < $2::date + 1 AS started,
         extract(epoch FROM least(t.started_at, $2::date + 1) - t.created_at)::float8 / 86400 AS days
    FROM tickets t JOIN classifications c ON c.ticket_id = t.id AND c.category = 'strategic'
   WHERE t.created_at < $2::date + 1 AND ${isLive('t')} AND ${ofTeam('t')}
     AND (t.started_at >= $1::date OR (t.started_at IS NULL AND (t.completed_at IS NULL OR t.completed_at >= $2::date + 1)))
   ORDER BY 1`

/** Of the later tickets the latest says it all: it came after the feature, or none did. */
const releasedSql = `
  WITH later AS MATERIALIZED (
         SELECT n.connection_id, n.parent_external_id AS parent, n.components, n.created_at
           FROM tickets n JOIN classifications nc ON nc.ticket_id = n.id AND (nc.category = 'feature' OR nc.work_type = 'discovery')
          WHERE n.created_at >= $2::date - 166 AND n.created_at < $2::date + 1 AND n.deleted_at IS NULL),
       by_parent AS (SELECT connection_id, parent, max(created_at) AS latest FROM later WHERE parent IS NOT NULL GROUP BY 1, 2),
       by_component AS (SELECT connection_id, c AS component, max(created_at) AS latest FROM later, unnest(components) c GROUP BY 1, 2)
  SELECT t.id AS "ticketId",
         coalesce(p.latest > t.completed_at + interval '14 days', false)
      OR EXISTS (SELECT FROM by_component b WHERE b.connection_id = t.connection_id AND b.component = ANY (t.components)
                    AND b.latest > t.completed_at + interval '14 days')
      OR EXISTS (SELECT FROM activities x LEFT JOIN accounts a ON a.connection_id = t.connection_id AND a.account_id = x.author_account_id
                  WHERE x.ticket_id = t.id AND x.kind = 'comment' AND coalesce(a.kind, 'human') = 'human'
                    AND x.at > t.completed_at + interval '14 days' AND x.at < $2::date + 1) AS revisited
    FROM tickets t JOIN classifications c ON c.ticket_id = t.id AND c.category = 'feature'
    LEFT JOIN by_parent p ON p.connection_id = t.connection_id AND p.parent = t.parent_external_id
   WHERE t.status_category = 'done' AND t.completed_at >= $2::date - 180 AND t.completed_at < $2::date - 90 AND $1::date IS NOT NULL
     AND ${isLive('t')} AND ${ofTeam('t')}
   ORDER BY 1`

/** Epics with work in the window whose own decision is a feature. */
const epicsSql = `
  WITH worked AS (
    SELECT DISTINCT t.connection_id, t.parent_external_id FROM ${teamEffort} JOIN tickets t ON t.id = e.ticket_id
     WHERE e.day BETWEEN $1 AND $2 AND t.parent_external_id IS NOT NULL)
  SELECT p.id AS "ticketId", sum(e.units)::float8 / ${unitsPerDay} AS days
    FROM worked w
    JOIN tickets p ON p.connection_id = w.connection_id AND p.external_id = w.parent_external_id AND p.is_epic AND p.deleted_at IS NULL
    JOIN classifications c ON c.ticket_id = p.id AND c.category = 'feature'
    JOIN tickets t ON t.connection_id = p.connection_id AND t.parent_external_id = p.external_id
    JOIN effort e ON e.ticket_id = t.id AND e.day <= $2
   GROUP BY 1 HAVING sum(e.units) > 0 ORDER BY 1`

const ticketsPerDaySql = `
  SELECT tickets, count(*)::int AS days FROM (
    SELECT count(*)::int AS tickets FROM ${teamEffort}
     WHERE e.day BETWEEN $1 AND $2 AND e.units >= ${unitsPerDay} / 4 GROUP BY e.person_id, e.day) x
   GROUP BY 1 ORDER BY 1`

const mainEpicsSql = `
  WITH weekly AS (
         SELECT e.person_id, date_trunc('week', e.day)::date AS week, t.parent_external_id AS epic, sum(e.units) AS units
           FROM ${teamEffort} JOIN tickets t ON t.id = e.ticket_id
          WHERE e.day BETWEEN $1::date - 28 AND $2 AND t.parent_external_id IS NOT NULL AND NOT t.is_subtask GROUP BY 1, 2, 3),
       main AS (SELECT DISTINCT ON (person_id, week) person_id, week, epic FROM weekly ORDER BY person_id, week, units DESC, epic)
  SELECT count(*)::int AS weeks,
         count(*) FILTER (WHERE NOT EXISTS (SELECT FROM weekly w WHERE w.person_id = m.person_id AND w.epic = m.epic
                                               AND w.week >= m.week - 28 AND w.week < m.week))::int AS changed
    FROM main m
   WHERE week >= $1 AND EXISTS (SELECT FROM weekly w WHERE w.person_id = m.person_id AND w.week >= m.week - 28 AND w.week < m.week)`

const openSql = `
  SELECT count(*) FILTER (WHERE t.priority ~* '^(highest|high|urgent|blocker|critical)$')::int AS "topPriorities", count(*)::int AS all
    FROM tickets t
   WHERE t.priority IS NOT NULL AND t.created_at < $2::date + 1 AND (t.completed_at IS NULL OR t.completed_at >= $2::date + 1)
     AND $1::date IS NOT NULL AND ${isLive('t')} AND ${ofTeam('t')}`

/** A ticket was in a sprint at its beginning by its last change of sprints before, or the first one after; else as it is now. */
const sprintsSql = `
  SELECT count(*) FILTER (WHERE t.created_at <= s.starts_at AND s.external_id = ANY (string_to_array(coalesce(
           (SELECT x."to" FROM transitions x WHERE x.ticket_id = t.id AND x.field = 'sprint' AND x.at <= s.starts_at ORDER BY x.ordinal DESC LIMIT 1),
           (SELECT x."from" FROM transitions x WHERE x.ticket_id = t.id AND x.field = 'sprint' AND x.at > s.starts_at ORDER BY x.ordinal LIMIT 1),
           array_to_string(t.sprint_ids, ',')), ',')))::int AS planned,
         count(*) FILTER (WHERE t.status_category = 'done' AND t.completed_at >= s.starts_at
                            AND t.completed_at <= coalesce(s.completed_at, s.ends_at))::int AS finished
    FROM tickets t CROSS JOIN unnest(t.sprint_ids) AS u (sprint) JOIN sprints s ON s.connection_id = t.connection_id AND s.external_id = u.sprint
   WHERE ${inWindow('coalesce(s.completed_at, s.ends_at)')} AND s.starts_at IS NOT NULL AND ${isLive('t')} AND ${ofTeam('t')}
   GROUP BY s.connection_id, s.external_id ORDER BY s.connection_id, s.external_id`

const peopleSql = `
  SELECT count(DISTINCT person_id)::int AS people FROM person_days
   WHERE day BETWEEN $1 AND $2 AND tracked_units > 0 AND ($3::uuid IS NULL OR team_id = $3)`
