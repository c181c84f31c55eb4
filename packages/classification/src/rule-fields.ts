/** The fields of one ticket that a rule may look at. `text` is title and description. */
export const ownFields = [
  'key',
  'type',
  'title',
  'description',
  'text',
  'label',
  'component',
  'project',
  'team',
  'sprint',
  'status',
  'status-category',
  'priority',
  'estimate',
  'reporter-kind',
  'assignee-kind',
] as const
export type OwnField = (typeof ownFields)[number]

/** Before a field: that of the parent, of the nearest ancestor that is an epic, or of any ancestor at all. */
export const relations = ['parent', 'epic', 'ancestor'] as const
export type Relation = (typeof relations)[number]

/** What a rule may look at: a field of the ticket, or one of those above it, such as `epic-label`. */
export type RuleField = OwnField | `${Relation}-${OwnField}`

export const ruleFields: readonly RuleField[] = [
  ...ownFields,
  ...relations.flatMap((relation) => ownFields.map((field): RuleField => `${relation}-${field}`)),
]

/** Who stands in a field for people. Rules see no more of a person. */
export type PersonKind = 'human' | 'bot' | 'nobody'

/** What rules can see of one ticket. */
export interface RuleSubject {
  readonly key: string
  readonly type: string | null
  readonly isEpic: boolean
  readonly title: string
  readonly description: string
  readonly labels: readonly string[]
  readonly components: readonly string[]
  /** Key of the tracker's project. */
  readonly project: string | null
  readonly projectName: string | null
  /** Key of the tracker's team. */
  readonly trackerTeam: string | null
  readonly trackerTeamName: string | null
  /** Names of the sprints that the ticket is in. */
  readonly sprints: readonly string[]
  readonly status: string
  readonly statusCategory: string
  readonly priority: string | null
  readonly estimate: number | null
  readonly reporterKind: PersonKind
  readonly assigneeKind: PersonKind
}

/** A ticket with its ancestors, the parent first. */
export interface RuleTicket {
  readonly ticket: RuleSubject
  readonly ancestors: readonly RuleSubject[]
}

/** Takes a field apart: whose it is (null: the ticket's own) and which. */
export function partsOf(field: RuleField): { readonly relation: Relation | null; readonly own: OwnField } {
  for (const relation of relations) {
    const own = field.startsWith(`${relation}-`) && ownFields.find((name) => name === field.slice(relation.length + 1))
    if (own) return { relation, own }
  }
  return { relation: null, own: field as OwnField }
}

/** The tickets that a relation leads to. */
export function subjectsOf(relation: Relation | null, { ticket, ancestors }: RuleTicket): readonly RuleSubject[] {
  switch (relation) {
    case null:
      return [ticket]
    case 'parent':
      return ancestors.slice(0, 1)
    case 'epic': {
      const epic = ancestors.find((ancestor) => ancestor.isEpic)
      return epic ? [epic] : []
    }
    case 'ancestor':
      return ancestors
  }
}

/** The values of a field as the tracker shows them; one for most, several for labels, none where it is empty. */
export function valuesOf(field: OwnField, s: RuleSubject): readonly string[] {
  switch (field) {
    case 'key':
      return [s.key]
    case 'type':
      return present(s.type)
    case 'title':
      return [s.title]
    case 'description':
      return [s.description]
    case 'text':
      return [`${s.title}\n${s.description}`]
    case 'label':
      return s.labels
    case 'component':
      return s.components
    case 'project':
      return present(s.project, s.projectName)
    case 'team':
      return present(s.trackerTeam, s.trackerTeamName)
    case 'sprint':
      return s.sprints
    case 'status':
      return [s.status]
    case 'status-category':
      return [s.statusCategory]
    case 'priority':
      return present(s.priority)
    case 'estimate':
      return s.estimate === null ? [] : [String(s.estimate)]
    case 'reporter-kind':
      return [s.reporterKind]
    case 'assignee-kind':
      return [s.assigneeKind]
  }
}

function present(...values: readonly (string | null)[]): string[] {
  return values.filter((value) => value !== null)
}
