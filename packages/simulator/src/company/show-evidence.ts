import type { EpochMs } from '@headroom/domain'
import { minuteMs } from './local-time.ts'
import type { CompanyPerson, CompanyTeam, Habits, ShownChange, ShownComment, ShownWorklog } from './model.ts'
import { managerOf } from './people.ts'
import type { Random } from './random.ts'
import type { Stretch, Task } from './task.ts'

/** Traces of the work itself, left while it went on. */
export interface Evidence {
  readonly comments: readonly ShownComment[]
  readonly edits: readonly ShownChange[]
  readonly worklogs: readonly ShownWorklog[]
}

/** Comments, edits and, where the team keeps them, worklogs. `say` writes a comment. */
export function showEvidence(args: {
  random: Random
  task: Task
  team: CompanyTeam
  people: readonly CompanyPerson[]
  habits: Habits
  reporter: number
  createdAt: EpochMs
  until: EpochMs
  say: (random: Random, who: 'worker' | 'onlooker' | 'bot') => string
}): Evidence {
  const { random, task, team, people, habits } = args
  const comments: ShownComment[] = []
  const edits: ShownChange[] = []
  for (const stretch of task.stretches) {
    if (!random.chance(habits.evidenceRate)) continue
    const at = within(random, stretch)
    if (random.chance(0.2))
      edits.push({ at, author: stretch.person, set: {}, edited: random.chance(0.8) ? 'description' : 'title' })
    else if (random.chance(0.75)) comments.push({ at, author: stretch.person, body: args.say(random, 'worker') })
    else
      comments.push({
        at,
        author: random.chance(0.5) ? args.reporter : managerOf(people, team.index),
        body: args.say(random, 'onlooker'),
      })
  }
  const last = task.stretches.at(-1)
  if (last && random.chance(0.1)) {
    const at = last.endsAt + random.int(1, 20) * minuteMs
    comments.push({ at, author: people.findIndex((person) => person.role === 'bot'), body: args.say(random, 'bot') })
  }
  return {
    comments: comments
      .filter((comment) => comment.at > args.createdAt && comment.at <= args.until)
      .sort((a, b) => a.at - b.at),
    edits,
    worklogs: team.worklogs ? worklogs(random, task) : [],
  }
}

/** Most people log most of their time, in quarters of an hour. */
function worklogs(random: Random, task: Task): ShownWorklog[] {
  return task.stretches
    .filter(() => random.chance(0.75))
    .map((stretch) => ({
      startedAt: stretch.startsAt,
      author: stretch.person,
      seconds: Math.max(900, Math.round((stretch.minutes * (0.8 + 0.3 * random.next())) / 15) * 900),
    }))
}

function within(random: Random, stretch: Stretch): EpochMs {
  return Math.round(stretch.startsAt + (stretch.endsAt - stretch.startsAt) * random.next())
}
