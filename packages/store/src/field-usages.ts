import type pg from 'pg'
import type { Db } from './store.ts'

/** How often a value of a field occurs, by the model's own most probable work type. */
export interface FieldUsageRow {
  readonly field: 'label' | 'component' | 'type' | 'epic-key'
  readonly value: string
  readonly title: string
  readonly tickets: number
  readonly byWorkType: Readonly<Record<string, number>>
}

/** The most used labels, components, types and epics, with what the model alone thinks of the tickets that have them. */
export async function readFieldUsages(
  db: Db,
  limits: { readonly ticketsMin: number; readonly valuesMax: number },
): Promise<FieldUsageRow[]> {
  const { rows } = await (db.$client as pg.Pool).query<FieldUsageRow>(
    `WITH seen AS (
       SELECT t.labels, t.components, t.type, p.key AS epic, p.title AS epic_title,
              CASE WHEN c.decided_by = 'model' THEN c.work_type
                   ELSE (SELECT e ->> 'workType' FROM jsonb_array_elements(c.candidates) e WHERE e ->> 'source' = 'model' LIMIT 1) END AS work_type
         FROM tickets t
         JOIN classifications c ON c.ticket_id = t.id
         LEFT JOIN tickets p ON p.connection_id = t.connection_id AND p.external_id = t.parent_external_id AND p.is_epic
        WHERE t.deleted_at IS NULL),
     counted AS (
       SELECT f.field, f.value, f.title, s.work_type, count(*) AS n
         FROM seen s CROSS JOIN LATERAL (
           SELECT 'label', l, l FROM unnest(s.labels) l
           UNION SELECT 'component', c, c FROM unnest(s.components) c
           UNION SELECT 'type', s.type, s.type WHERE s.type IS NOT NULL
           UNION SELECT 'epic-key', s.epic, s.epic_title WHERE s.epic IS NOT NULL) f (field, value, title)
        WHERE s.work_type IS NOT NULL GROUP BY 1, 2, 3, 4)
     SELECT field, value, min(title) AS title, sum(n)::int AS tickets, json_object_agg(work_type, n) AS "byWorkType"
       FROM counted GROUP BY 1, 2 HAVING sum(n) >= $1 ORDER BY 4 DESC, 1, 2 LIMIT $2`,
    [limits.ticketsMin, limits.valuesMax],
  )
  return rows
}
