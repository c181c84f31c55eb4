import type { Category, WorkType } from '@headroom/domain'
import type { CompanyStatus, CompanyTeam, StatusRole } from './model.ts'

/** What a team is like: its place in the trackers, its people, and what it really works on. */
export interface TeamProfile extends Omit<CompanyTeam, 'index'> {
  readonly engineers: number
  readonly designers: number
  readonly testers: number
  /** IANA zones of its people, the first one being home to most. */
  readonly zones: readonly string[]
  /** True strategic share at the start, and after the last two quarters' turn. */
  readonly strategicShare: readonly [number, number]
  /** What the rest is shared into: features, the other part being sustaining. */
  readonly featureShareOfRest: number
  /** Factors on the company's mix of work types within a category. */
  readonly leaning: Partial<Record<WorkType, number>>
}

const categoryOfRole = {
  backlog: 'todo',
  todo: 'todo',
  doing: 'in-progress',
  blocked: 'in-progress',
  review: 'in-progress',
  testing: 'in-progress',
  done: 'done',
  canceled: 'canceled',
} as const

function workflow(names: Partial<Record<StatusRole, string>>): CompanyStatus[] {
  const roles = Object.entries(names) as [StatusRole, string][]
  return roles.map(([role, name]) => ({ role, name, category: categoryOfRole[role] }))
}

const berlin = 'Europe/Berlin'
const london = 'Europe/London'
const newYork = 'America/New_York'
const kolkata = 'Asia/Kolkata'

/**
 * The seven teams of the default company: four in Jira, three in Linear. Tracking slides from 20 % to 9 % strategic work
 * in the last two quarters while Booking climbs; effort-weighted, the whole stands near 17 %.
 */
export const defaultTeams: readonly TeamProfile[] = [
  {
    key: 'BOOK',
    name: 'Booking',
    tracker: 'jira',
    topic: 'booking',
    sprints: true,
    estimates: true,
    worklogs: false,
    statuses: workflow({
      todo: 'To Do',
      doing: 'In Progress',
      review: 'In Review',
      blocked: 'Blocked',
      done: 'Done',
      canceled: "Won't Do",
    }),
    components: ['Rates', 'Checkout', 'Address book', 'Labels', 'Public API', 'Web'],
    engineers: 7,
    designers: 1,
    testers: 0,
    zones: [berlin, london],
    strategicShare: [0.12, 0.23],
    featureShareOfRest: 0.64,
    leaning: { 'new-capability': 1.2, discovery: 1.4 },
  },
  {
    key: 'TRK',
    name: 'Tracking',
    tracker: 'jira',
    topic: 'tracking',
    sprints: true,
    estimates: true,
    worklogs: false,
    statuses: workflow({
      todo: 'Open',
      doing: 'In Progress',
      review: 'Code Review',
      testing: 'In Testing',
      blocked: 'On Hold',
      done: 'Closed',
      canceled: 'Rejected',
    }),
    components: ['Event ingest', 'Tracking page', 'Notifications', 'Webhooks', 'ETA'],
    engineers: 7,
    designers: 0,
    testers: 1,
    zones: [berlin, kolkata],
    strategicShare: [0.19, 0.08],
    featureShareOfRest: 0.58,
    leaning: { performance: 1.8, quality: 1.2 },
  },
  {
    key: 'BIL',
    name: 'Billing',
    tracker: 'jira',
    topic: 'billing',
    sprints: true,
    estimates: true,
    worklogs: true,
    statuses: workflow({
      todo: 'To Do',
      doing: 'In Progress',
      review: 'In Review',
      done: 'Done',
      canceled: "Won't Do",
    }),
    components: ['Invoicing', 'Surcharges', 'Payments', 'Ledger', 'Tax'],
    engineers: 8,
    designers: 0,
    testers: 0,
    zones: [london, berlin],
    strategicShare: [0.08, 0.08],
    featureShareOfRest: 0.47,
    leaning: { compliance: 4, support: 1.6, quality: 1.3 },
  },
  {
    key: 'PLAT',
    name: 'Platform',
    tracker: 'jira',
    topic: 'platform',
    sprints: false,
    estimates: false,
    worklogs: false,
    statuses: workflow({
      backlog: 'Backlog',
      todo: 'Selected for Development',
      doing: 'In Progress',
      review: 'In Review',
      blocked: 'Waiting',
      done: 'Done',
      canceled: 'Cancelled',
    }),
    components: ['Identity', 'Messaging', 'Build', 'Data stores', 'Gateway', 'Observability'],
    engineers: 8,
    designers: 0,
    testers: 0,
    zones: [berlin, newYork],
    strategicShare: [0.31, 0.31],
    featureShareOfRest: 0.36,
    leaning: { architecture: 1.7, tooling: 2, security: 2.2, operations: 2, discovery: 0.1, incident: 1.6 },
  },
  {
    key: 'CAR',
    name: 'Carriers',
    tracker: 'linear',
    topic: 'carriers',
    sprints: true,
    estimates: true,
    worklogs: false,
    statuses: workflow({
      backlog: 'Backlog',
      todo: 'Todo',
      doing: 'In Progress',
      review: 'In Review',
      blocked: 'Waiting on carrier',
      done: 'Done',
      canceled: 'Canceled',
    }),
    components: ['Adapters', 'Manifests', 'Customs', 'Rate cards', 'Pickups'],
    engineers: 9,
    designers: 0,
    testers: 0,
    zones: [kolkata, berlin],
    strategicShare: [0.12, 0.12],
    featureShareOfRest: 0.55,
    leaning: { debt: 1.5, support: 1.3, operations: 1.3 },
  },
  {
    key: 'MOB',
    name: 'Mobile',
    tracker: 'linear',
    topic: 'mobile',
    sprints: true,
    estimates: true,
    worklogs: false,
    statuses: workflow({
      backlog: 'Backlog',
      todo: 'Todo',
      doing: 'In Progress',
      review: 'In Review',
      done: 'Done',
      canceled: 'Canceled',
    }),
    components: ['Driver app', 'Scanner', 'Routes', 'Proof of delivery', 'Offline'],
    engineers: 7,
    designers: 1,
    testers: 0,
    zones: [newYork, london],
    strategicShare: [0.15, 0.15],
    featureShareOfRest: 0.6,
    leaning: { discovery: 2, performance: 1.3, quality: 1.3 },
  },
  {
    key: 'INS',
    name: 'Insights',
    tracker: 'linear',
    topic: 'insights',
    sprints: true,
    estimates: false,
    worklogs: false,
    statuses: workflow({
      backlog: 'Backlog',
      todo: 'Todo',
      doing: 'In Progress',
      review: 'Ready for review',
      done: 'Shipped',
      canceled: 'Canceled',
    }),
    components: ['Dashboards', 'Exports', 'Warehouse', 'Alerts', 'Benchmarks'],
    engineers: 8,
    designers: 1,
    testers: 0,
    zones: [london, newYork],
    strategicShare: [0.17, 0.17],
    featureShareOfRest: 0.57,
    leaning: { exploration: 1.8, performance: 1.4, discovery: 1.5 },
  },
]

/** Shares of the effort within a category, before a team's leaning. */
export const workTypeMix: Readonly<Record<Category, Partial<Record<WorkType, number>>>> = {
  feature: { 'new-capability': 0.38, enhancement: 0.62 },
  strategic: {
    architecture: 0.24,
    debt: 0.24,
    quality: 0.15,
    tooling: 0.11,
    performance: 0.09,
    security: 0.04,
    exploration: 0.08,
    discovery: 0.05,
  },
  sustaining: { defect: 0.62, incident: 0.03, support: 0.08, operations: 0.15, documentation: 0.07, compliance: 0.05 },
}

/** Usual size of a ticket of a work type, relative to an enhancement's. */
export const relativeSize: Readonly<Record<WorkType, number>> = {
  'new-capability': 1.6,
  enhancement: 1,
  architecture: 1.9,
  debt: 1.4,
  quality: 1.1,
  tooling: 1.1,
  performance: 1.5,
  security: 1.3,
  exploration: 1.2,
  discovery: 1.3,
  defect: 0.75,
  incident: 0.8,
  support: 0.35,
  operations: 0.5,
  documentation: 0.5,
  compliance: 1.1,
}

/** Half of the months of the last two quarters are a slope, the others the new level. */
export function strategicShareAt(profile: Pick<TeamProfile, 'strategicShare'>, daysBeforeEnd: number): number {
  const [before, after] = profile.strategicShare
  const turned = Math.min(1, Math.max(0, (182 - daysBeforeEnd) / 60))
  return before + (after - before) * turned
}
