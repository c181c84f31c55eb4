export type { ClassifierDeps } from './classifier-deps.ts'
export { startClassifier } from './classify-service.ts'
