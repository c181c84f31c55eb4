export type { IngestDeps } from './ingest-deps.ts'
export { startIngest } from './ingest-service.ts'
export type { OpenTracker, TrackerPriority } from './tracker-access.ts'
export { trackerOpener } from './tracker-access.ts'
