import type { LlmOpinion } from '@headroom/classification'
import { type Db, readLlmOpinions } from '@headroom/store'
import { askerOf, type LlmSettings } from './ask-about-unsure.ts'
import { accuracyOf } from './judge-standing.ts'

/** What the language model said of these tickets in their present text; nothing when none is configured. */
export async function readOpinions(
  db: Db,
  llm: LlmSettings | undefined,
  ticketIds: readonly string[],
): Promise<ReadonlyMap<string, LlmOpinion>> {
  if (!llm) return new Map()
  const asker = askerOf(llm)
  const rows = await readLlmOpinions(db, { asker, ticketIds })
  const version = `${asker.model} ${asker.promptVersion}`
  return new Map(
    rows.map(({ ticketId, workType, quote, counts, ...measured }) => [
      ticketId,
      { workType, quote, counts, version, accuracy: accuracyOf(measured) },
    ]),
  )
}
