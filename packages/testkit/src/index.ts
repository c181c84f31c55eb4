export { freePort } from '@headroom/postgres'
export { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
export { emptyDatabase, type TestDatabase, testDatabase } from './test-database.ts'
export { type TestRedis, testRedis } from './test-redis.ts'
