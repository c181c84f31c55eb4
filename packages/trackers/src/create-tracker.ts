import { TrackerProtocolError } from './errors.ts'
import { JiraClient } from './jira/client.ts'
import { createJiraCloud } from './jira/cloud.ts'
import { createJiraDc } from './jira/dc.ts'
import { createLinear } from './linear/linear.ts'
import { openGate } from './request-gate.ts'
import type { Tracker, TrackerConnection, TrackerLog, TrackerOptions, TrackerSettings } from './tracker.ts'

const silent: TrackerLog = { info: () => {}, warn: () => {} }

/**
 * The tracker behind a connection. Throws TrackerProtocolError when the address or the kind of credentials can't be right;
 * nothing is asked of the tracker yet. Keep one instance for a walk: it remembers the short cut to the next page.
 */
export function createTracker(settings: TrackerSettings, options: TrackerOptions = {}): Tracker {
  const { kind, scope } = settings
  const connection = trackerConnection(settings, options)
  if (kind === 'linear') return createLinear({ ...connection, teams: scope.teams ?? [] })
  const apiVersion = kind === 'jira-cloud' ? '3' : '2'
  const site = {
    client: new JiraClient({ ...connection, apiVersion }),
    baseUrl: connection.baseUrl,
    api: `/rest/api/${apiVersion}`,
    projects: scope.projects ?? [],
    log: connection.log,
  }
  return kind === 'jira-cloud' ? createJiraCloud(site) : createJiraDc(site)
}

/** The settings with every option decided. */
export function trackerConnection(settings: TrackerSettings, options: TrackerOptions): TrackerConnection {
  const { kind, baseUrl, credentials } = settings
  return {
    baseUrl: kind === 'linear' ? baseUrl || 'https://api.linear.app/graphql' : baseUrl,
    credentials,
    timeoutMs: options.timeoutMs ?? 60_000,
    wait: options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))),
    random: options.random ?? Math.random,
    log: options.log ?? silent,
    gate: options.gate ?? openGate,
    outlet: options.outlet ?? {},
    accessToken: options.accessToken ?? noAccessToken,
  }
}

async function noAccessToken(): Promise<string> {
  throw new TrackerProtocolError('These OAuth credentials need somebody who fetches their access tokens.')
}
