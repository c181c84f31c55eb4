/** What the demo company's simulated trackers accept; to be given to the simulators as accounts and to Headroom as credentials. */
export const demoCredentials = {
  jira: { email: 'headroom@larkspur.example', apiToken: 'larkspur-demo-token' },
  linear: { apiKey: 'lin_api_larkspur_demo' },
} as const
