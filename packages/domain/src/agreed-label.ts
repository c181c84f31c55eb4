import type { AuditLabel } from './agreement.ts'
import { type WorkType, workTypes } from './work-type.ts'

/**
 * The work type that more readers name than any other answer; null without a label, when two answers lead, or when most
 * could not tell. What an audit may teach, or make an override of.
 */
export function agreedWorkType(labels: readonly AuditLabel[]): WorkType | null {
  const counts = new Map<string, number>()
  for (const { workType } of labels) counts.set(workType, (counts.get(workType) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  const leading = [...counts].filter(([, count]) => count === most).map(([answer]) => answer)
  return leading.length === 1 ? (workTypes.find((type) => type === leading[0]) ?? null) : null
}
