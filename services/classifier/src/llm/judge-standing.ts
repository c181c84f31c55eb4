import { type Category, categoryOf, type WorkType } from '@headroom/domain'

/** One audited ticket that the model was unsure of: what is true, what the model thought most probable, what the other said. */
export interface ComparedTicket {
  readonly truth: WorkType
  readonly model: WorkType
  readonly llm: WorkType
}

/** Whether a language model's answers count, and what that rests on. */
export interface LlmStanding {
  readonly counts: boolean
  readonly audited: number
  readonly llmRight: number
  readonly modelRight: number
}

/** Fewer audited tickets than this prove nothing. */
export const auditedMin = 20
const chanceMax = 0.05

/**
 * The one switch: answers count once the language model was right about the category more often than the model on the
 * audited tickets that both judged, so much that chance alone would do it in at most 5 % of cases (one-sided sign test
 * on the tickets where exactly one of them is right). It turns back by the same test when later audits say so.
 */
export function judgeStanding(compared: readonly ComparedTicket[]): LlmStanding {
  const right = (of: WorkType, truth: WorkType) => sameCategory(of, truth)
  const llmRight = compared.filter(({ llm, truth }) => right(llm, truth)).length
  const modelRight = compared.filter(({ model, truth }) => right(model, truth)).length
  const both = compared.filter(({ llm, model, truth }) => right(llm, truth) && right(model, truth)).length
  const [won, lost] = [llmRight - both, modelRight - both]
  const counts = compared.length >= auditedMin && won > lost && atLeastByChance(won, won + lost) <= chanceMax
  return { counts, audited: compared.length, llmRight, modelRight }
}

/** How often its answers are right, by the rule of succession: one half before anything is known. */
export function accuracyOf({ audited, llmRight }: Pick<LlmStanding, 'audited' | 'llmRight'>): number {
  return (llmRight + 1) / (audited + 2)
}

/** Probability of at least `k` heads in `n` throws of a fair coin. */
function atLeastByChance(k: number, n: number): number {
  let sum = 0
  let term = 0.5 ** n
  for (let heads = 0; heads <= n; heads++) {
    if (heads >= k) sum += term
    term *= (n - heads) / (heads + 1)
  }
  return sum
}

function sameCategory(a: WorkType, b: WorkType): boolean {
  const category: Category = categoryOf(a)
  return category === categoryOf(b)
}
