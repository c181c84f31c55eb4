import { categoryOf, type WorkType, workTypes } from '@headroom/domain'
import { inTransaction, type LlmComparisonRow, readLlmComparisons, writeLlmStanding } from '@headroom/store'
import { type AskDeps, askAboutUnsure, askerOf } from './ask-about-unsure.ts'
import { type ComparedTicket, judgeStanding } from './judge-standing.ts'

const soonMs = 60_000

/** One run of the job: judges anew, asks what is to be asked, judges what was answered. */
export type LlmRun = (stopping: AbortSignal) => Promise<{ readonly changed: boolean }>

/** Makes the job. It remembers how long a server wanted to be left alone, and says each trouble once. */
export function llmJob(deps: AskDeps): LlmRun {
  let notBefore = 0
  let said = ''
  const sayOnce = (trouble: string, fields: object) => {
    if (trouble !== '' && trouble !== said) deps.log.warn({ trouble, ...fields }, 'the language model was not asked')
    said = trouble
  }
  return async (stopping) => {
    const judged = await judgeLlm(deps)
    if (deps.now().getTime() < notBefore) return { changed: judged }
    const result = await askAboutUnsure(deps, stopping)
    if (result.kind === 'unavailable') {
      notBefore = deps.now().getTime() + (result.retryAfterMs ?? soonMs)
      sayOnce(`${result.problem}; look at HEADROOM_LLM_URL, HEADROOM_LLM_MODEL and HEADROOM_LLM_KEY`, {})
    } else if (result.kind === 'cap-reached') {
      sayOnce('the tokens of today are used; HEADROOM_LLM_DAILY_TOKENS allows more', { cap: deps.llm.dailyTokens })
    } else sayOnce('', {})
    return { changed: (await judgeLlm(deps)) || judged || result.asked > 0 }
  }
}

/** Compares the answers with the audit labels and keeps whether they count; answers whether that changed. */
export async function judgeLlm({ store, llm, log }: Pick<AskDeps, 'store' | 'llm' | 'log'>): Promise<boolean> {
  const asker = askerOf(llm)
  const standing = judgeStanding((await readLlmComparisons(store.db, asker)).flatMap(toCompared))
  const changed = await inTransaction(store, (tx) => writeLlmStanding(tx, asker, standing))
  if (changed) log.info({ ...asker, ...standing }, 'the language model was judged on the audited tickets')
  return changed
}

/** Only tickets of which the readers say one category; what is unclear to a person judges nobody. */
function toCompared({ labels, model, llm }: LlmComparisonRow): ComparedTicket[] {
  const known = labels.flatMap((label): WorkType[] => workTypes.filter((type) => type === label))
  const [truth] = known
  const agree = truth && known.length === labels.length && known.every((type) => categoryOf(type) === categoryOf(truth))
  return agree ? [{ truth, model, llm }] : []
}
