import type { JiraSprint } from '../jira/site.ts'

const boundary =
  /[[,](id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|autoStartStop|synced|incompleteIssuesDestinationId)=/

/** Reads Java's toString of a sprint. Names and goals may contain brackets, commas and '=', so only known keys part it. */
export function parseSprintText(text: string): JiraSprint {
  const body = text.slice(text.indexOf('['), text.lastIndexOf(']'))
  const parts = body.split(boundary)
  const values = new Map<string, string>()
  for (let at = 1; at + 1 < parts.length; at += 2) values.set(parts[at] ?? '', parts[at + 1] ?? '')
  const read = (name: string) => {
    const value = values.get(name)
    return value === undefined || value === '<null>' || value === '' ? null : value
  }
  const state = read('state')?.toLowerCase()
  return {
    id: Number(read('id')),
    name: read('name') ?? '',
    state: state === 'active' || state === 'future' ? state : 'closed',
    startDate: read('startDate'),
    endDate: read('endDate'),
    completeDate: read('completeDate'),
    originBoardId: Number(read('rapidViewId') ?? 0),
    goal: read('goal'),
  }
}
