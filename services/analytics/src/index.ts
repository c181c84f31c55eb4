export type { AnalyticsDeps } from './analytics-service.ts'
export { startAnalytics } from './analytics-service.ts'
