import { type EpochMs, epochDay, isoWeekday } from '@headroom/domain'
import { doWork, type TeamWork, trueWork } from './do-work.ts'
import { type Draft, draftTickets, projectTexts } from './draft-tickets.ts'
import { dayMs, zoneClock } from './local-time.ts'
import {
  type Company,
  type CompanyPerson,
  type CompanyProject,
  type CompanySprint,
  type CompanyTeam,
  type CompanyTicket,
  defaultHabits,
  type Habits,
} from './model.ts'
import { createCalendars, createPeople, managerOf } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { bundleEnd, finishedAt, showEpic } from './show-epic.ts'
import { showEvidence } from './show-evidence.ts'
import { showTicket } from './show-ticket.ts'
import type { Bundle, Task } from './task.ts'
import { defaultTeams, type TeamProfile } from './teams.ts'
import { writeComment } from './texts/write-texts.ts'
import { jiraType, labelsFor } from './tracker-type.ts'

/**
 * An invented company that worked until a moment: about 12,500 tickets of 64 people in 18 months by default. The same
 * arguments give the same company, to the byte. Habits other than `noTicketRate` and `reopenRate` change what the
 * trackers show and leave the truth as it is.
 */
export function generateCompany(args: {
  seed: string
  until: EpochMs
  months?: number
  teams?: readonly TeamProfile[]
  habits?: Partial<Habits>
}): Company {
  const random = createRandom(args.seed)
  const profiles = args.teams ?? defaultTeams
  const habits = { ...defaultHabits, ...args.habits }
  const lastDay = Math.floor(args.until / dayMs)
  const firstDay = firstMonday(lastDay, args.months ?? 18)
  const teams = profiles.map((profile, index) => createTeam(profile, index))
  const people = createPeople(random.fork('people'), profiles, firstDay, lastDay)
  const calendars = createCalendars(firstDay, lastDay)
  const clocks = new Map([...new Set(people.map((person) => person.timeZone))].map((zone) => [zone, zoneClock(zone)]))
  const works = profiles.map((profile, team) =>
    doWork({
      random: random.fork(`work-${team}`),
      team,
      profile,
      habits,
      people,
      calendars,
      clocks,
      from: firstDay,
      until: args.until,
    }),
  )
  const sprints = createSprints(teams, firstDay, lastDay)
  const scene = { random, habits, people, sprints, works, until: args.until }
  const drafts = teams
    .flatMap((team, i) =>
      draftTickets({ random: random.fork(`texts-${i}`), team, people, work: works[i] as TeamWork, until: args.until }),
    )
    .sort((a, b) => a.createdAt - b.createdAt)
  const projects = createProjects(scene, teams, drafts)
  const tickets = createTickets(scene, drafts, projects)
  const indexOf = new Map(drafts.flatMap((draft, index) => (draft.task ? [[draft.task, index] as const] : [])))
  return {
    seed: args.seed,
    name: 'Larkspur',
    from: firstDay * dayMs,
    until: args.until,
    teams,
    people,
    calendars,
    sprints,
    projects: projects.map(({ bundle, ...project }) => project),
    tickets,
    truth: {
      workTypes: drafts.map((draft) => draft.workType),
      work: trueWork(works, (task) => indexOf.get(task) ?? -1),
    },
  }
}

interface Scene {
  readonly random: Random
  readonly habits: Habits
  readonly people: readonly CompanyPerson[]
  readonly sprints: readonly CompanySprint[]
  readonly works: readonly TeamWork[]
  readonly until: EpochMs
}

/** The first Monday of the period that many months long. */
function firstMonday(lastDay: number, months: number): number {
  const date = new Date(lastDay * dayMs)
  date.setUTCMonth(date.getUTCMonth() - months)
  const day = epochDay(date.toISOString().slice(0, 10))
  return day + ((8 - isoWeekday(day)) % 7)
}

function createTeam(profile: TeamProfile, index: number): CompanyTeam {
  const { key, name, tracker, topic, statuses, sprints, estimates, worklogs, components } = profile
  return { index, key, name, tracker, topic, statuses, sprints, estimates, worklogs, components }
}

/** Two weeks each, from Tuesday to Tuesday, up to one that has not begun. */
function createSprints(teams: readonly CompanyTeam[], firstDay: number, lastDay: number): CompanySprint[] {
  const sprints: CompanySprint[] = []
  for (const team of teams) {
    const start = firstDay + 1 - 7 * (team.index % 2)
    for (let n = 0; start + 14 * n <= lastDay + 14; n++) {
      const startsAt = (start + 14 * n) * dayMs + 9.5 * 3_600_000
      if (team.sprints)
        sprints.push({
          index: sprints.length,
          team: team.index,
          number: n + 1,
          startsAt,
          endsAt: startsAt + 14 * dayMs,
        })
    }
  }
  return sprints
}

function createProjects(
  scene: Scene,
  teams: readonly CompanyTeam[],
  drafts: readonly Draft[],
): (CompanyProject & { bundle: Bundle })[] {
  const byBundle = Map.groupBy(
    drafts.filter((draft) => draft.task !== null),
    (draft) => draft.bundle,
  )
  const projects = teams
    .filter((team) => team.tracker === 'linear')
    .flatMap((team) => {
      const texts = projectTexts(scene.random.fork(`texts-${team.index}`), team, scene.works[team.index] as TeamWork)
      return [...texts].flatMap(([bundle, { title, description }]) => {
        const children = byBundle.get(bundle) ?? []
        if (children.length === 0) return []
        const end = bundle.room > 0 ? null : bundleEnd(children.map((draft) => draft.task as Task))
        const createdAt = Math.min(bundle.openedAt, ...children.map((draft) => draft.createdAt - 3_600_000))
        const completedAt = end === null || end + 3 * dayMs > scene.until ? null : end + 3 * dayMs
        return [{ bundle, team: team.index, name: title, description, createdAt, completedAt }]
      })
    })
  return projects.sort((a, b) => a.createdAt - b.createdAt).map((project, index) => ({ index, ...project }))
}

/** A team's sprints, and when somebody edits its whole backlog. */
interface Board {
  readonly sprints: readonly CompanySprint[]
  readonly groomings: readonly EpochMs[]
}

const noBoard: Board = { sprints: [], groomings: [] }

function createBoards({ random, habits, sprints }: Scene): Map<number, Board> {
  const groomings = random.fork('groomings')
  return new Map(
    [...Map.groupBy(sprints, (sprint) => sprint.team)].map(([team, own]) => {
      const groomed = own.filter(() => groomings.chance(habits.bulkGrooming))
      return [team, { sprints: own, groomings: groomed.map((sprint) => sprint.startsAt - 2.8 * dayMs) }]
    }),
  )
}

function createTickets(
  scene: Scene,
  drafts: readonly Draft[],
  projects: readonly (CompanyProject & { bundle: Bundle })[],
): CompanyTicket[] {
  const indexOf = new Map(drafts.map((draft, index) => [draft, index]))
  const epicOf = new Map(
    drafts.flatMap((draft, index) => (draft.task === null ? [[draft.bundle, index] as const] : [])),
  )
  const projectOf = new Map(projects.map((project) => [project.bundle, project.index]))
  const partsOf = Map.groupBy(drafts, (draft) => draft.task?.parent ?? null)
  const childrenOf = Map.groupBy(
    drafts.filter((draft) => draft.task !== null),
    (draft) => draft.bundle,
  )
  const boards = createBoards(scene)
  const numbers = new Map<number, number>()
  return drafts.map((draft, index) => {
    const team = draft.team.index
    const number = (numbers.get(team) ?? 0) + 1
    numbers.set(team, number)
    const isEpic = draft.task === null
    const parent = draft.parent ? indexOf.get(draft.parent) : isEpic ? undefined : epicOf.get(draft.bundle)
    const shown =
      draft.task === null
        ? epicHistory(
            scene,
            draft,
            (childrenOf.get(draft.bundle) ?? []).map((child) => child.task as Task),
          )
        : ticketHistory(
            scene,
            draft,
            draft.task,
            (partsOf.get(draft.task) ?? []).map((part) => part.task as Task),
            boards.get(team) ?? noBoard,
          )
    return {
      index,
      team,
      number,
      title: draft.title,
      description: draft.description,
      isEpic,
      isSubtask: draft.parent !== null,
      parent: parent ?? null,
      project: isEpic ? null : (projectOf.get(draft.bundle as Bundle) ?? null),
      reporter: draft.reporter,
      createdAt: draft.createdAt,
      priority: draft.priority,
      ...naming(scene, draft),
      ...shown,
    }
  })
}

/** Type, labels and components; drawn apart, so that they move nothing else. */
function naming({ habits }: Scene, { team, random, workType, task, parent }: Draft) {
  const own = random.fork('naming')
  const type = task === null ? 'Epic' : parent ? 'Sub-task' : jiraType(own, workType, habits.wrongTypeRate)
  return {
    type: team.tracker === 'jira' ? type : null,
    labels: labelsFor(own, workType, team.tracker, habits.wrongTypeRate),
    components: team.tracker === 'jira' && own.chance(0.5) ? [own.pick(team.components)] : [],
  }
}

function epicHistory(scene: Scene, draft: Draft, children: readonly Task[]) {
  const shown = showEpic({
    random: draft.random,
    team: draft.team,
    manager: managerOf(scene.people, draft.team.index),
    children,
    full: (draft.bundle?.room ?? 0) <= 0,
    createdAt: draft.createdAt,
    until: scene.until,
  })
  return { ...shown, comments: [], worklogs: [] }
}

function ticketHistory(scene: Scene, draft: Draft, task: Task, parts: readonly Task[], board: Board) {
  const { team, random, createdAt, reporter, priority, writer } = draft
  const ends = parts.map((part) => finishedAt(part) ?? Number.POSITIVE_INFINITY)
  const shared = { task, team, people: scene.people, habits: scene.habits, reporter, createdAt, until: scene.until }
  const { edits, comments, worklogs } = showEvidence({
    ...shared,
    random: random.fork('evidence'),
    say: (words, who) => (writer ? writeComment(words, writer, who) : ''),
  })
  const shown = showTicket({
    ...shared,
    random: random.fork('moves'),
    priority,
    edits,
    groomings: board.groomings,
    sprints: board.sprints,
    holdUntil: Math.max(0, ...ends),
  })
  return { ...shown, comments, worklogs }
}
