import { type Absence, type MergeReason, suggestMerges } from '@headroom/domain'
import { type Db, type PersonAccount, type PersonView, readNamedPeople, readPersonNames } from '@headroom/store'

/** A person as the API shows them. */
export type ShownPerson = Omit<PersonView, 'accounts' | 'absences'> & {
  readonly accounts: PersonAccount[]
  readonly absences: Absence[]
  readonly mergeSuggestions: { personId: string; displayName: string; reason: MergeReason; score: number }[]
}

/** People with those who may be the same human. */
export async function withSuggestions(db: Db, people: readonly PersonView[]): Promise<ShownPerson[]> {
  const suggestions = suggestMerges(await readNamedPeople(db))
  const of = (id: string) => suggestions.get(id) ?? []
  const names = await readPersonNames(
    db,
    people.flatMap(({ id }) => of(id).map((s) => s.personId)),
  )
  return people.map(({ accounts, absences, ...person }) => ({
    ...person,
    accounts: [...accounts],
    absences: [...absences],
    mergeSuggestions: of(person.id).map((s) => ({ ...s, displayName: names.get(s.personId) ?? '' })),
  }))
}
