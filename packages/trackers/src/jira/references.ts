import { z } from 'zod'
import { referencesReader } from '../stored-references.ts'

/** What converting a Jira issue depends on beside the issue. Stored as plain JSON. */
export interface JiraReferences {
  /** The address under which people open tickets. */
  readonly siteUrl: string
  /** Status id → its name and category key (`new`, `indeterminate`, `done`, `undefined`). */
  readonly statuses: Readonly<Record<string, { readonly name: string; readonly categoryKey: string }>>
  /** The story point fields, the most authoritative first; an issue usually fills one of them. */
  readonly estimateFields: readonly JiraField[]
  readonly sprintFields: readonly JiraField[]
  readonly epicLinkFields: readonly JiraField[]
  /** Filled on epics; how Data Center shows that an issue is one. */
  readonly epicLabelFields: readonly JiraField[]
  readonly parentLinkFields: readonly JiraField[]
}

export interface JiraField {
  readonly id: string
  readonly name: string
}

const field = z.object({ id: z.string(), name: z.string() })

const references = z.object({
  siteUrl: z.string(),
  statuses: z.record(z.string(), z.object({ name: z.string(), categoryKey: z.string() })),
  estimateFields: z.array(field),
  sprintFields: z.array(field),
  epicLinkFields: z.array(field),
  epicLabelFields: z.array(field),
  parentLinkFields: z.array(field),
})

/** Reads stored references; throws TrackerProtocolError when they are not what `readReferences` of a Jira tracker gave. */
export const jiraReferences: (stored: object) => JiraReferences = referencesReader(references)

const listedField = z.object({
  id: z.string(),
  name: z.string(),
  schema: z.object({ custom: z.string().nullish() }).nullish(),
})

const listedStatus = z.object({
  id: z.coerce.string(),
  name: z.string(),
  statusCategory: z.object({ key: z.string() }).nullish(),
})

const greenhopper = 'com.pyxis.greenhopper.jira'

/** The references from Jira's lists of fields and statuses; entries that are not readable are left out. */
export function referencesFrom(siteUrl: string, fieldList: unknown, statusList: unknown): JiraReferences {
  const fields = readable(fieldList, listedField)
  const withType = (type: string): JiraField[] => fields.filter((f) => f.schema?.custom === type).map(idAndName)
  return {
    siteUrl,
    statuses: Object.fromEntries(
      readable(statusList, listedStatus).map((s) => [
        s.id,
        { name: s.name, categoryKey: s.statusCategory?.key ?? 'undefined' },
      ]),
    ),
    estimateFields: [
      ...fields
        .filter((f) => f.schema?.custom?.endsWith(':float') && /^story[ -]?points?$/i.test(f.name))
        .map(idAndName),
      ...withType(`${greenhopper}:jsw-story-points`),
    ],
    sprintFields: withType(`${greenhopper}:gh-sprint`),
    epicLinkFields: withType(`${greenhopper}:gh-epic-link`),
    epicLabelFields: withType(`${greenhopper}:gh-epic-label`),
    parentLinkFields: withType('com.atlassian.jpo:jpo-custom-field-parent'),
  }
}

/**
 * Puts first the fields that boards estimate by, the most used one leading; the boards are the authority where names are
 * translated or several fields look like story points.
 */
export function preferBoardFields(references: JiraReferences, boardFields: readonly JiraField[]): JiraReferences {
  const votes = new Map<string, { field: JiraField; count: number }>()
  for (const field of boardFields) {
    votes.set(field.id, { field, count: (votes.get(field.id)?.count ?? 0) + 1 })
  }
  const voted = [...votes.values()].sort((a, b) => b.count - a.count).map((v) => v.field)
  const others = references.estimateFields.filter((f) => !votes.has(f.id))
  return { ...references, estimateFields: [...voted, ...others] }
}

function idAndName(field: JiraField): JiraField {
  return { id: field.id, name: field.name }
}

function readable<T>(list: unknown, schema: z.ZodType<T>): T[] {
  return (Array.isArray(list) ? list : []).flatMap((entry) => {
    const result = schema.safeParse(entry)
    return result.success ? [result.data] : []
  })
}
