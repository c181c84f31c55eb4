import { type PeopleForEffort, type WorkCalendar, type WorkingTime, workingTime } from '@headroom/domain'
import {
  type AccountFacts,
  type CalendarFacts,
  type Db,
  readAbsences,
  readAccountFacts,
  readCalendars,
} from '@headroom/store'
import { holidaysOf } from './holidays.ts'

/** The people behind the accounts of some connections. */
export interface WorkingPeople {
  /** Account ids are unique within a connection only. */
  readonly ofConnection: (connectionId: string) => PeopleForEffort
  readonly byId: ReadonlyMap<string, WorkingTime>
}

/** Reads who works when. Holidays are resolved for the years from `fromYear` to `toYear`. */
export async function readWorkingPeople(
  db: Db,
  args: { connectionIds: readonly string[]; fromYear: number; toYear: number },
): Promise<WorkingPeople> {
  const accounts = await readAccountFacts(db, args.connectionIds)
  const calendarFacts = await readCalendars(db)
  const absences = await readAbsences(db)
  const calendars = new Map(calendarFacts.map((facts) => [facts.id, toCalendar(facts, args)]))
  const byId = new Map<string, WorkingTime>()
  for (const account of accounts) {
    const calendar = calendars.get(account.calendarId)
    if (!calendar || account.personKind === 'bot' || byId.has(account.personId)) continue
    byId.set(
      account.personId,
      workingTime({ ...toPerson(account), absences: absences.get(account.personId) ?? [] }, calendar),
    )
  }
  const accountsOf = Map.groupBy(accounts, (account) => account.connectionId)
  return { byId, ofConnection: (connectionId) => lookup(accountsOf.get(connectionId) ?? [], byId) }
}

function toPerson(account: AccountFacts) {
  const { personId, timeZone, calendarId, fte } = account
  // A person's name plays no part in measuring; it is not even read.
  return { id: personId, displayName: '', kind: account.personKind, timeZone, calendarId, fte }
}

function toCalendar(facts: CalendarFacts, years: { fromYear: number; toYear: number }): WorkCalendar {
  return { ...facts, hours: [facts.opensAt, facts.closesAt], holidays: holidaysOf(facts.holidays, years) }
}

function lookup(accounts: readonly AccountFacts[], byId: ReadonlyMap<string, WorkingTime>): PeopleForEffort {
  const byAccount = new Map(accounts.map((account) => [account.accountId, account]))
  const isBot = (accountId: string) => {
    const account = byAccount.get(accountId)
    return account !== undefined && (account.kind === 'bot' || account.personKind === 'bot')
  }
  return {
    isBot,
    worker: (accountId) => (isBot(accountId) ? null : (byId.get(byAccount.get(accountId)?.personId ?? '') ?? null)),
  }
}
