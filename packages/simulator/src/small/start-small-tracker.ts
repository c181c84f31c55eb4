import { startSmallJira } from './small-jira.ts'
import { startSmallLinear } from './small-linear.ts'
import type { SmallTracker, SmallTrackerOptions } from './small-tracker.ts'

/** Starts it on a free port of this machine. */
export async function startSmallTracker(options: SmallTrackerOptions): Promise<SmallTracker> {
  return options.kind === 'linear' ? startSmallLinear(options) : startSmallJira({ ...options, kind: options.kind })
}
