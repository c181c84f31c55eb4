export type { BackingServices, BackingServicesOptions } from './open.ts'
export { openBackingServices } from './open.ts'
