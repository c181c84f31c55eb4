import type { EpochMs } from '@headroom/domain'
import type { Tracker } from '@headroom/trackers'

/** The tracker's clock; ours, `now`, where it does not tell. */
export async function trackerTime(tracker: Tracker, now: EpochMs): Promise<EpochMs> {
  for await (const { serverTime } of tracker.readChanged(now)) return serverTime
  return now
}
