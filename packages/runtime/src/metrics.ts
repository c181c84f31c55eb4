import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Logger } from './logger.ts'

/** What a process counts, for Prometheus. */
export interface Metrics {
  readonly registry: Registry
  readonly jobs: Counter<'queue' | 'outcome'>
  readonly jobSeconds: Histogram<'queue'>
  readonly ticketsStored: Counter<'outcome'>
  readonly webhooks: Counter<'tracker' | 'outcome'>
  readonly stageBacklog: Gauge<'stage'>
}

/** A registry of its own for each process (and test). */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    jobs: new Counter({
      name: 'headroom_jobs_total',
      help: 'Jobs done, by queue and outcome',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'headroom_job_seconds',
      help: 'How long jobs took',
      labelNames: ['queue'],
      registers,
    }),
    ticketsStored: new Counter({
      name: 'headroom_tickets_stored_total',
      help: 'Tickets read from trackers, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    webhooks: new Counter({
      name: 'headroom_webhooks_total',
      help: 'Webhook deliveries, by tracker and answer',
      labelNames: ['tracker', 'outcome'],
      registers,
    }),
    stageBacklog: new Gauge({
      name: 'headroom_stage_backlog',
      help: 'Tickets that a stage has still to do',
      labelNames: ['stage'],
      registers,
    }),
  }
}

/** Counts what became of a job, and logs it when it failed. */
export function jobObserver(log: Logger, metrics: Metrics) {
  return ({ job, outcome, seconds, error }: { job: string; outcome: string; seconds: number; error?: Error }): void => {
    metrics.jobs.inc({ queue: job, outcome })
    metrics.jobSeconds.observe({ queue: job }, seconds)
    if (error) log.error({ job, outcome, err: error }, 'job failed')
  }
}
