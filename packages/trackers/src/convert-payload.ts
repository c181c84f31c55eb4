import type { TrackerKind } from '@headroom/domain'
import { convertJira } from './jira/convert.ts'
import { jiraReferences } from './jira/references.ts'
import { convertLinear } from './linear/convert.ts'
import { linearReferences } from './linear/references.ts'
import type { FetchedTicket, ReferenceData } from './tracker.ts'

/**
 * Converts a payload that was kept, as `Tracker.convert` does, with neither tracker nor credentials. Throws
 * TrackerProtocolError when the references are not of this kind of tracker.
 */
export function convertPayload(kind: TrackerKind, references: ReferenceData, raw: unknown): FetchedTicket {
  return kind === 'linear'
    ? convertLinear(linearReferences(references), raw)
    : convertJira(jiraReferences(references), raw)
}
