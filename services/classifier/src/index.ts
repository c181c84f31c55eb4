export type { ClassifierDeps } from './classify-service.ts'
export { startClassifier } from './classify-service.ts'
