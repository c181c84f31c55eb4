export type { IngestDeps } from './ingest-deps.ts'
export { startIngest } from './ingest-service.ts'
export type { OpenTracker, TrackerAccess, TrackerPriority } from './tracker-access.ts'
export { trackerOpener } from './tracker-access.ts'
