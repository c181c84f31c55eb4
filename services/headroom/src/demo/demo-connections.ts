import type { Connection } from '@headroom/store'

/** What the connections of the demo company are called. */
export const demoConnectionNames = { jira: 'Larkspur Jira (demo)', linear: 'Larkspur Linear (demo)' } as const

/** Whether this is a connection of the demo company. */
export function isDemo({ name }: Connection): boolean {
  return name === demoConnectionNames.jira || name === demoConnectionNames.linear
}
