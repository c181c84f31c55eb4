import type { WorkType } from '@headroom/domain'
import type { Random } from './random.ts'
import { textsByWorkType } from './texts/by-work-type.ts'
import { noiseLabels } from './texts/common.ts'

/** Issue types of the Jira projects. */
export const jiraTypeNames = ['Story', 'Task', 'Bug', 'Improvement', 'Spike', 'Sub-task', 'Epic'] as const
export type JiraTypeName = (typeof jiraTypeNames)[number]

const usual: Readonly<Record<WorkType, Partial<Record<JiraTypeName, number>>>> = {
  'new-capability': { Story: 0.8, Task: 0.15, Improvement: 0.05 },
  enhancement: { Story: 0.5, Improvement: 0.35, Task: 0.15 },
  architecture: { Task: 0.6, Story: 0.25, Improvement: 0.15 },
  debt: { Task: 0.75, Improvement: 0.2, Story: 0.05 },
  quality: { Task: 0.75, Bug: 0.15, Improvement: 0.1 },
  tooling: { Task: 0.8, Improvement: 0.2 },
  performance: { Task: 0.45, Improvement: 0.4, Story: 0.15 },
  security: { Task: 0.8, Story: 0.2 },
  exploration: { Spike: 0.6, Task: 0.3, Story: 0.1 },
  discovery: { Task: 0.6, Spike: 0.25, Story: 0.15 },
  defect: { Bug: 0.92, Task: 0.08 },
  incident: { Bug: 0.6, Task: 0.4 },
  support: { Task: 0.8, Bug: 0.2 },
  operations: { Task: 1 },
  documentation: { Task: 0.85, Improvement: 0.15 },
  compliance: { Task: 0.7, Story: 0.3 },
}

/** The issue type that somebody chose: mostly the usual one, at `wrongTypeRate` any. */
export function jiraType(random: Random, workType: WorkType, wrongTypeRate: number): JiraTypeName {
  if (random.chance(wrongTypeRate)) return random.pick(['Story', 'Task', 'Bug', 'Improvement'] as const)
  return random.weighted(usual[workType])
}

const linearLabel: Readonly<Record<WorkType, string>> = {
  'new-capability': 'Feature',
  enhancement: 'Improvement',
  architecture: 'Chore',
  debt: 'Chore',
  quality: 'Chore',
  tooling: 'Chore',
  performance: 'Improvement',
  security: 'Chore',
  exploration: 'Chore',
  discovery: 'Feature',
  defect: 'Bug',
  incident: 'Bug',
  support: 'Bug',
  operations: 'Chore',
  documentation: 'Chore',
  compliance: 'Chore',
}

/** Labels: at times one that fits the work, at times one that says nothing; in Linear they stand in for the type. */
export function labelsFor(
  random: Random,
  workType: WorkType,
  tracker: 'jira' | 'linear',
  wrongTypeRate: number,
): string[] {
  const labels = new Set<string>()
  if (tracker === 'linear' && random.chance(0.6)) {
    labels.add(
      random.chance(wrongTypeRate) ? random.pick(['Bug', 'Feature', 'Improvement', 'Chore']) : linearLabel[workType],
    )
  }
  if (random.chance(0.28)) labels.add(random.pick(textsByWorkType[workType].labels))
  if (random.chance(0.25)) labels.add(random.pick(noiseLabels))
  return [...labels].sort()
}
