import type { TrackerKind } from './ticket.ts'

/** What is known of a person when others are looked for who may be the same human. */
export interface NamedPerson {
  readonly id: string
  readonly kind: 'human' | 'bot'
  /** The names of the person and of all accounts. */
  readonly names: readonly string[]
  readonly emails: readonly string[]
  /** The connections of the accounts. */
  readonly connectionIds: readonly string[]
}

/** Why two people may be one human, the strongest reason first. */
export const mergeReasons = ['same-address', 'same-name', 'same-local-part', 'address-like-name'] as const
export type MergeReason = (typeof mergeReasons)[number]

/** Somebody who may be the same human. A person has to confirm it. */
export interface MergeSuggestion {
  readonly personId: string
  readonly reason: MergeReason
  /** 0 to 1, for the order of suggestions: reasons that hold together raise it. It is no probability. */
  readonly score: number
}

const scores: Readonly<Record<MergeReason, number>> = {
  'same-address': 0.9,
  'same-name': 0.7,
  'same-local-part': 0.6,
  'address-like-name': 0.5,
}

/** What more people share says nothing about any of them: "Former user", "Support". */
const sharedByMost = 4

/** Local parts that belong to a role rather than to a human. */
const roles = new Set(
  'admin administrator bot build ci contact dev devops engineering hello help helpdesk info it jira linear mail noreply office ops postmaster root security service support team test user'.split(
    ' ',
  ),
)

/**
 * Whether a tracker has seen to it that an address belongs to its user: Jira Cloud and Linear let nobody sign in before the
 * address is confirmed. In Data Center an administrator, or the user, types it.
 */
export function vouchesForAddresses(kind: TrackerKind): boolean {
  return kind !== 'jira-dc'
}

/**
 * For each person those who may be the same human: the same address, the same name in any order of its words, case or
 * accents, the same part of the address before the @, or one's address spelling the other's name. Best first. Never two
 * people of one connection, since a tracker knows its own users apart, nor a human and a bot. People without a suggestion
 * are left out.
 */
export function suggestMerges(people: readonly NamedPerson[]): Map<string, readonly MergeSuggestion[]> {
  const reasons = new Map<string, Map<string, Set<MergeReason>>>()
  const note = (a: NamedPerson, b: NamedPerson, reason: MergeReason) => {
    if (a.id === b.id || a.kind !== b.kind || a.connectionIds.some((id) => b.connectionIds.includes(id))) return
    const of = reasons.get(a.id) ?? new Map<string, Set<MergeReason>>()
    const found = of.get(b.id) ?? new Set()
    reasons.set(a.id, of.set(b.id, found.add(reason)))
  }
  for (const [kind, group] of groupsOf(people)) {
    for (const { person: a, reason: mine } of group) {
      for (const { person: b, reason: theirs } of group) note(a, b, kind === 'words' ? weaker(mine, theirs) : kind)
    }
  }
  return new Map([...reasons].map(([id, others]) => [id, ranked(others)]))
}

interface Member {
  readonly person: NamedPerson
  /** What the shared words are of this person: the name, or the address. */
  readonly reason: 'same-name' | 'same-local-part'
}

type GroupKind = 'same-address' | 'words'

/** People who share an address, or words that one's name or address is made of. */
function groupsOf(people: readonly NamedPerson[]): [GroupKind, Member[]][] {
  const groups = new Map<string, [GroupKind, Member[]]>()
  const add = (kind: GroupKind, value: string, member: Member) => {
    if (value === '') return
    const key = `${kind} ${value}`
    const group = groups.get(key) ?? [kind, []]
    group[1].push(member)
    groups.set(key, group)
  }
  for (const person of people) {
    for (const value of new Set(person.names.map(wordsOf))) add('words', value, { person, reason: 'same-name' })
    for (const value of new Set(person.emails.map(localWordsOf)))
      add('words', value, { person, reason: 'same-local-part' })
    for (const value of new Set(person.emails.map((email) => email.trim().toLowerCase())))
      add('same-address', value, { person, reason: 'same-local-part' })
  }
  return [...groups.values()].filter(([, members]) => new Set(members.map((m) => m.person.id)).size <= sharedByMost)
}

function weaker(a: Member['reason'], b: Member['reason']): MergeReason {
  return a === b ? a : 'address-like-name'
}

/** A name without case, accents, punctuation, what stands in brackets, and the order of its words. */
function wordsOf(name: string): string {
  return name
    .replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ' ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ')
}

/** The words before the @, without a `+tag`; '' for a role's address and for one too short to tell anybody apart. */
function localWordsOf(email: string): string {
  const local = email.slice(0, Math.max(0, email.lastIndexOf('@'))).replace(/\+.*$/, '')
  const words = wordsOf(local)
  return words.length < 3 || words.split(' ').some((word) => roles.has(word)) ? '' : words
}

function ranked(others: ReadonlyMap<string, ReadonlySet<MergeReason>>): MergeSuggestion[] {
  return [...others]
    .map(([personId, found]) => {
      const held = mergeReasons.filter((reason) => found.has(reason))
      const doubt = held.reduce((product, reason) => product * (1 - scores[reason]), 1)
      return { personId, reason: held[0] ?? 'same-name', score: Math.round((1 - doubt) * 100) / 100 }
    })
    .sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1))
}
