import { categoryOf, type EpochMs, type WorkType } from '@headroom/domain'
import type { TeamWork } from './do-work.ts'
import { hourMs } from './local-time.ts'
import type { CompanyPerson, CompanyTeam, Priority } from './model.ts'
import { openedAt } from './opened-at.ts'
import { managerOf } from './people.ts'
import type { Random } from './random.ts'
import type { Bundle, Task } from './task.ts'
import type { Writer } from './texts/grammar.ts'
import { writeBundle, writeTicket } from './texts/write-texts.ts'

/** A ticket before it has its number: everything that is fixed at its creation. */
export interface Draft {
  readonly team: CompanyTeam
  readonly workType: WorkType
  readonly title: string
  readonly description: string
  readonly createdAt: EpochMs
  readonly reporter: number
  readonly priority: Priority
  /** Null for an epic. */
  readonly task: Task | null
  /** The epic or project that it belongs to, or is. */
  readonly bundle: Bundle | null
  readonly parent: Draft | null
  readonly writer: Writer | null
  readonly random: Random
}

/** Gives every task of a team, and every epic, its text, its reporter and its time of creation. */
export function draftTickets(args: {
  random: Random
  team: CompanyTeam
  people: readonly CompanyPerson[]
  work: TeamWork
  until: EpochMs
}): Draft[] {
  const { team, people, work, until } = args
  const abouts = new Map<Bundle, BundleTexts>()
  work.bundles.forEach((bundle, i) => {
    abouts.set(bundle, writeBundle(args.random.fork(`bundle-${i}`), team.topic, bundle.workType))
  })
  const drafts = new Map<Task, Draft>()
  const titles = new Set<string>()
  work.tasks.forEach((task, i) => {
    const random = args.random.fork(`task-${i}`)
    const parent = task.parent === null ? null : (drafts.get(task.parent) ?? null)
    const texts = freshTexts(
      random.fork('text'),
      task,
      team,
      task.bundle ? abouts.get(task.bundle)?.about : undefined,
      parent,
      titles,
    )
    drafts.set(task, {
      ...texts,
      team,
      task,
      parent,
      bundle: task.bundle,
      workType: task.workType,
      random: random.fork('shown'),
      createdAt: Math.round(openedAt(random.fork('opened'), task, parent?.createdAt ?? null, until)),
      reporter: task.byBot ? people.length - 1 : reporter(random, task, people),
      priority: random.weighted(priorities[task.workType === 'incident' ? 'incident' : 'usual']),
    })
  })
  return [...drafts.values(), ...epics(args, [...drafts.values()], abouts)]
}

type BundleTexts = ReturnType<typeof writeBundle>

const priorities = {
  usual: { urgent: 0.05, high: 0.25, medium: 0.5, low: 0.2 },
  incident: { urgent: 0.7, high: 0.3 },
}

/** People seldom give two tickets the very same title; asked again, they find another. */
function freshTexts(
  random: Random,
  task: Task,
  team: CompanyTeam,
  about: Record<string, string> | undefined,
  parent: Draft | null,
  taken: Set<string>,
) {
  const attempt = () =>
    writeTicket({
      random,
      topic: team.topic,
      workType: task.workType,
      byBot: task.byBot,
      about: about && random.chance(0.5) ? about : {},
      stepOf: parent && parent.workType === task.workType ? parent.title : null,
    })
  let texts = attempt()
  for (let again = 0; again < 3 && taken.has(texts.title); again++) texts = attempt()
  taken.add(texts.title)
  return texts
}

/** Managers ask for features, engineers for what only they see, and a defect is found by whoever looks. */
function reporter(random: Random, task: Task, people: readonly CompanyPerson[]): number {
  const managerShare = { feature: 0.72, strategic: 0.2, sustaining: 0.45 }[categoryOf(task.workType)]
  const manager = managerOf(people, task.team)
  if (random.chance(managerShare)) return manager
  const humans = people.filter((person) => person.role !== 'bot' && (person.team === task.team || random.chance(0.03)))
  return random.pick(humans).index
}

function epics(
  args: Parameters<typeof draftTickets>[0],
  drafts: readonly Draft[],
  abouts: ReadonlyMap<Bundle, BundleTexts>,
): Draft[] {
  if (args.team.tracker !== 'jira') return []
  return args.work.bundles.flatMap((bundle, i) => {
    const first = Math.min(...drafts.filter((draft) => draft.bundle === bundle).map((draft) => draft.createdAt))
    const texts = abouts.get(bundle)
    if (!texts || !Number.isFinite(first)) return []
    return [
      {
        team: args.team,
        workType: bundle.workType,
        title: texts.title,
        description: texts.description,
        createdAt: Math.min(bundle.openedAt, first - hourMs) + i,
        reporter: managerOf(args.people, args.team.index),
        priority: 'medium' as const,
        task: null,
        bundle,
        parent: null,
        writer: null,
        random: args.random.fork(`epic-${i}`),
      },
    ]
  })
}

/** Name and description of a Linear team's projects, by bundle. */
export function projectTexts(
  random: Random,
  team: CompanyTeam,
  work: TeamWork,
): Map<Bundle, { title: string; description: string }> {
  return new Map(
    work.bundles.map((bundle, i) => [bundle, writeBundle(random.fork(`bundle-${i}`), team.topic, bundle.workType)]),
  )
}
