import { createRequire } from 'node:module'

/**
 * drizzle-orm in its CommonJS build. For every ES module Node reads the package.json of its package anew, and this package
 * has 180 KB of it for hundreds of modules: as ES modules they cost each process 2 s of CPU and 230 MB, so a tenth of that.
 */
const require = createRequire(import.meta.url)

const orm: typeof import('drizzle-orm') = require('drizzle-orm')
const pgCore: typeof import('drizzle-orm/pg-core') = require('drizzle-orm/pg-core')
const nodePostgres: typeof import('drizzle-orm/node-postgres') = require('drizzle-orm/node-postgres')
const migrator: typeof import('drizzle-orm/node-postgres/migrator') = require('drizzle-orm/node-postgres/migrator')

export const { asc, desc, eq, sql } = orm
export const { drizzle } = nodePostgres
export const { migrate } = migrator
export const {
  bigint,
  bigserial,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  pgSequence,
  pgTable,
  pgView,
  primaryKey,
  real,
  serial,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} = pgCore
