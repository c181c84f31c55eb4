export type { WebhooksDeps } from './receiver.ts'
export { registerWebhooks } from './receiver.ts'
