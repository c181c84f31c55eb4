import { JiraClient } from './jira/client.ts'
import { createJiraCloud } from './jira/cloud.ts'
import { createJiraDc } from './jira/dc.ts'
import { createLinear } from './linear/linear.ts'
import type { Tracker, TrackerLog, TrackerOptions, TrackerSettings } from './tracker.ts'

const silent: TrackerLog = { info: () => {}, warn: () => {} }

/**
 * The tracker behind a connection. Throws TrackerProtocolError when the address or the kind of credentials can't be right;
 * nothing is asked of the tracker yet. Keep one instance for a walk: it remembers the short cut to the next page.
 */
export function createTracker(settings: TrackerSettings, options: TrackerOptions = {}): Tracker {
  const { kind, credentials, scope } = settings
  const how = {
    timeoutMs: options.timeoutMs ?? 60_000,
    wait: options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))),
    random: options.random ?? Math.random,
    log: options.log ?? silent,
  }
  if (kind === 'linear') {
    const baseUrl = settings.baseUrl || 'https://api.linear.app/graphql'
    return createLinear({ ...how, baseUrl, credentials, teams: scope.teams ?? [] })
  }
  const apiVersion = kind === 'jira-cloud' ? '3' : '2'
  const site = {
    client: new JiraClient({ ...how, baseUrl: settings.baseUrl, apiVersion, credentials }),
    baseUrl: settings.baseUrl,
    api: `/rest/api/${apiVersion}`,
    projects: scope.projects ?? [],
    log: how.log,
  }
  return kind === 'jira-cloud' ? createJiraCloud(site) : createJiraDc(site)
}
