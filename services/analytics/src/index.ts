export type { AnalyticsDeps } from './analytics-service.ts'
export { measureAll, startAnalytics } from './analytics-service.ts'
