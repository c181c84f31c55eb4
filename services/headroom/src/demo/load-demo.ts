import { demoCredentials } from '@headroom/simulator'
import { listConnections, readOrganisation, updateConnection, updateOrganisation } from '@headroom/store'
import { addConnection } from '../connections.ts'
import type { Headroom } from '../open-headroom.ts'
import { demoConnectionNames, isDemo } from './demo-connections.ts'
import type { Simulators } from './simulators.ts'

/** What the demo company's history is made from; another seed is another company. */
export const demoSeed = 'larkspur'

/** The full hour at which the demo company's history ends: fixed when it is loaded first. */
export async function demoUntil(headroom: Headroom, now: Date): Promise<number> {
  const { demoUntil: known } = await readOrganisation(headroom.store.db)
  if (known) return known.getTime()
  const until = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000)
  await updateOrganisation(headroom.store.db, { name: 'Larkspur (demo)', demoUntil: until })
  return until.getTime()
}

/** Whether this Headroom shows the demo company: nothing else is connected and nobody switched it off. */
export async function wantsDemo(headroom: Headroom): Promise<boolean> {
  if (!headroom.config.demo) return false
  const connections = await listConnections(headroom.store.db)
  return connections.every(isDemo)
}

/** Connects the simulated trackers, or tells the connections of an earlier start where they are now. */
export async function connectDemo(headroom: Headroom, { jiraUrl, linearUrl }: Simulators): Promise<void> {
  const known = new Map((await listConnections(headroom.store.db)).map((c) => [c.name, c]))
  for (const settings of [
    { kind: 'jira-cloud', name: demoConnectionNames.jira, baseUrl: jiraUrl, credentials: demoCredentials.jira },
    { kind: 'linear', name: demoConnectionNames.linear, baseUrl: linearUrl ?? '', credentials: demoCredentials.linear },
  ] as const) {
    const connection = known.get(settings.name)
    if (connection)
      await updateConnection(headroom.store.db, connection.id, { baseUrl: settings.baseUrl, problem: null })
    else await addConnection(headroom, { ...settings, scope: {}, webhookSecret: demoWebhookSecret })
  }
}

const demoWebhookSecret = 'larkspur-demo-webhook-secret'

/** Asks the simulated trackers to announce their changes to this server, as an administrator would in a real one. */
export async function registerDemoWebhooks(headroom: Headroom, simulators: Simulators, address: string): Promise<void> {
  for (const connection of (await listConnections(headroom.store.db)).filter(isDemo)) {
    const tracker = connection.kind === 'linear' ? 'linear' : 'jira'
    const simulator = tracker === 'linear' ? simulators.linearUrl : simulators.jiraUrl
    if (!simulator) continue
    const answer = await fetch(new URL('/__simulator/webhooks', simulator), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${address}/webhooks/${tracker}/${connection.id}`, secret: demoWebhookSecret }),
    })
    if (!answer.ok) headroom.log.warn({ status: answer.status }, 'demo webhook was not registered')
  }
}
