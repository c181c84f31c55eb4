import { type Absence, type EpochDay, isoWeekday, localDate, type WorkCalendar } from '@headroom/domain'
import { holidaysOf } from './holidays.ts'
import type { CompanyPerson } from './model.ts'
import type { Random } from './random.ts'
import type { TeamProfile } from './teams.ts'

const zones = {
  'Europe/Berlin': { id: 'de', name: 'Germany' },
  'Europe/London': { id: 'uk', name: 'United Kingdom' },
  'America/New_York': { id: 'us', name: 'United States' },
  'Asia/Kolkata': { id: 'in', name: 'India' },
} as const

/** One calendar per country, 09:00 to 17:00 from Monday to Friday. */
export function createCalendars(from: EpochDay, until: EpochDay): WorkCalendar[] {
  return Object.entries(zones).map(([timeZone, { id, name }]) => ({
    id,
    name,
    timeZone,
    weekdays: [1, 2, 3, 4, 5],
    hours: ['09:00', '17:00'],
    holidays: holidaysOf(id, from, until),
  }))
}

/**
 * Everybody: engineers, designers and testers of each team, a manager for each team (the last team shares one), and two
 * bots. A few join or leave on the way, one works half days, everybody is away now and then.
 */
export function createPeople(
  random: Random,
  teams: readonly TeamProfile[],
  from: EpochDay,
  until: EpochDay,
): CompanyPerson[] {
  const names = random
    .shuffle(firstNames)
    .map((first, i) => [first, familyNames[(i * 7) % familyNames.length]] as const)
  const people: CompanyPerson[] = []
  const add = (team: number, role: CompanyPerson['role'], timeZone: string) => {
    const [first, family] = names[people.length % names.length] as readonly [string, string]
    const calendarId = zones[timeZone as keyof typeof zones]?.id ?? 'de'
    people.push({
      index: people.length,
      name: `${first} ${family}`,
      email: `${ascii(first)}.${ascii(family)}@larkspur.example`,
      role,
      team,
      timeZone,
      calendarId,
      fte: 1,
      joined: null,
      left: null,
      absences: role === 'manager' ? [] : absences(random.fork(`absences-${people.length}`), from, until),
    })
  }
  teams.forEach((team, index) => {
    const zoneOf = (i: number) => team.zones[i % 3 === 2 ? 1 : 0] ?? team.zones[0] ?? 'Europe/Berlin'
    let i = 0
    for (let n = 0; n < team.engineers; n++) add(index, 'engineer', zoneOf(i++))
    for (let n = 0; n < team.designers; n++) add(index, 'designer', zoneOf(i++))
    for (let n = 0; n < team.testers; n++) add(index, 'tester', zoneOf(i++))
    if (index < teams.length - 1) add(index, 'manager', zoneOf(0))
  })
  return [...comingsAndGoings(random, people, from, until), ...bots(people.length)]
}

/** The team's manager, or another team's where it has none. */
export function managerOf(people: readonly CompanyPerson[], team: number): number {
  const managers = people.filter((person) => person.role === 'manager')
  return (managers.find((person) => person.team === team) ?? managers.at(-1) ?? people[0])?.index ?? 0
}

/** About one in eight does not stay from beginning to end; one is there half of each day. */
function comingsAndGoings(random: Random, people: CompanyPerson[], from: EpochDay, until: EpochDay): CompanyPerson[] {
  const workers = random.shuffle(people.filter((person) => person.role === 'engineer'))
  const span = until - from
  const day = (low: number, high: number) => localDate(from + Math.round(span * (low + random.next() * (high - low))))
  const changed = new Map<number, Partial<CompanyPerson>>()
  workers.slice(0, 4).forEach((person) => {
    changed.set(person.index, { joined: day(0.1, 0.75) })
  })
  workers.slice(4, 7).forEach((person) => {
    changed.set(person.index, { left: day(0.35, 0.9) })
  })
  workers.slice(7, 8).forEach((person) => {
    changed.set(person.index, { fte: 0.5 })
  })
  return people.map((person) => ({ ...person, ...changed.get(person.index) }))
}

function bots(first: number): CompanyPerson[] {
  return ['Larkspur CI', 'Dependency Bot'].map((name, i) => ({
    index: first + i,
    name,
    email: `${name.toLowerCase().replace(' ', '-')}@bots.larkspur.example`,
    role: 'bot' as const,
    team: 0,
    timeZone: 'Europe/London',
    calendarId: 'uk',
    fte: 1,
    joined: null,
    left: null,
    absences: [],
  }))
}

/** Around five weeks of leave a year in a few blocks, and a few days of illness. */
function absences(random: Random, from: EpochDay, until: EpochDay): Absence[] {
  const result: Absence[] = []
  const away = (start: EpochDay, days: number) =>
    result.push({ from: localDate(start), to: localDate(start + days - 1), fraction: 1 })
  for (let month = from + random.int(5, 40); month < until; month += random.int(48, 90)) {
    const monday = month - isoWeekday(month) + 1
    away(monday + (random.chance(0.6) ? 0 : random.int(0, 3)), random.pick([2, 3, 5, 5, 7, 12, 12]))
  }
  for (let day = from + random.int(10, 120); day < until; day += random.int(50, 160))
    away(day, random.pick([1, 1, 2, 3, 4]))
  return result.sort((a, b) => (a.from < b.from ? -1 : 1))
}

function ascii(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}

const firstNames = [
  'Aarav',
  'Adaeze',
  'Agnes',
  'Alina',
  'Amara',
  'Anjali',
  'Arthur',
  'Beatriz',
  'Ben',
  'Björn',
  'Callum',
  'Camille',
  'Chloe',
  'Daniel',
  'Deepa',
  'Dimitri',
  'Eleanor',
  'Elif',
  'Emre',
  'Esther',
  'Farah',
  'Felix',
  'Fiona',
  'Gareth',
  'Grace',
  'Hanna',
  'Harsh',
  'Helene',
  'Idris',
  'Imogen',
  'Ishaan',
  'Ivana',
  'Jakob',
  'Jasmine',
  'Jonas',
  'Joyce',
  'Kavya',
  'Kenji',
  'Kofi',
  'Laila',
  'Lars',
  'Leonie',
  'Luca',
  'Maeve',
  'Malik',
  'Marta',
  'Mateo',
  'Meera',
  'Milan',
  'Nadia',
  'Neha',
  'Niklas',
  'Noor',
  'Olivia',
  'Omar',
  'Paula',
  'Priya',
  'Quentin',
  'Rahul',
  'Renée',
  'Rohan',
  'Sabine',
  'Samuel',
  'Sanjay',
  'Selma',
  'Sofia',
  'Tariq',
  'Theresa',
  'Tobias',
  'Uma',
  'Vera',
  'Viktor',
  'Wiebke',
  'Xenia',
  'Yusuf',
  'Zoe',
]

const familyNames = [
  'Abbott',
  'Achterberg',
  'Banerjee',
  'Barlow',
  'Brandt',
  'Castellan',
  'Chowdhury',
  'Clarke',
  'Dahl',
  'Desai',
  'Ekström',
  'Engel',
  'Farrell',
  'Fischer',
  'Gallo',
  'Goldberg',
  'Gupta',
  'Haas',
  'Hartley',
  'Ibrahim',
  'Iyer',
  'Jensen',
  'Joshi',
  'Kaminski',
  'Keller',
  'Kowal',
  'Lindqvist',
  'Lopes',
  'Mahmoud',
  'Marsh',
  'Menon',
  'Moreau',
  'Nair',
  'Novak',
  'Okafor',
  'Osei',
  'Patel',
  'Petrov',
  'Quinn',
  'Rasmussen',
  'Reddy',
  'Richter',
  'Santos',
  'Schuster',
  'Shah',
  'Stein',
  'Tanaka',
  'Thorne',
  'Ulrich',
  'Vargas',
  'Vogel',
  'Wagner',
  'Whitfield',
  'Yilmaz',
  'Zeller',
]
