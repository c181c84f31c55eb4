import type { Logger } from '@headroom/runtime'
import {
  addWork,
  inTransaction,
  type LlmQuestion,
  type Store,
  settleLlmTokens,
  takeLlmQuestions,
  takeLlmTokens,
  writeLlmAnswer,
} from '@headroom/store'
import { answerTokensMax, askLlm, type LlmEndpoint } from './llm-client.ts'
import { addressesModel, promptVersion, toAskedText, toMessages } from './prompt.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'

/** A language model that may be asked, and for how much. */
export interface LlmSettings extends LlmEndpoint {
  /** Tokens a day (UTC), of questions and answers together; nothing is asked that could pass it. */
  readonly dailyTokens: number
}

export interface AskDeps {
  readonly store: Store
  readonly llm: LlmSettings
  readonly log: Logger
  readonly now: () => Date
  readonly timeoutMs?: number
}

/** Why asking ended. */
export type AskResult =
  | { readonly kind: 'done'; readonly asked: number }
  | { readonly kind: 'cap-reached'; readonly asked: number }
  | {
      readonly kind: 'unavailable'
      readonly asked: number
      readonly problem: string
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'stopped'; readonly asked: number }

const batch = 20
const defaultTimeoutMs = 30_000

/** Names who answers: kept with every answer, so that those of another model or prompt are not mixed up with these. */
export function askerOf({ model }: Pick<LlmEndpoint, 'model'>): {
  readonly model: string
  readonly promptVersion: string
} {
  return { model, promptVersion }
}

/**
 * Asks about tickets that the model leaves unsure, those with the most effort first, one by one, until none is left, the
 * day's tokens are used, or the server does not answer. Each answer is stored before the next question is asked.
 */
export async function askAboutUnsure(deps: AskDeps, stopping: AbortSignal): Promise<AskResult> {
  let asked = 0
  for (;;) {
    const questions = await takeLlmQuestions(deps.store.db, { asker: askerOf(deps.llm), limit: batch })
    if (questions.length === 0) return { kind: 'done', asked }
    for (const question of questions) {
      if (stopping.aborted) return { kind: 'stopped', asked }
      const ended = await askOne(deps, question, stopping)
      if (ended) return { ...ended, asked }
      asked += 1
    }
  }
}

/** Null when there is an answer, be it a discarded one. */
async function askOne(deps: AskDeps, question: LlmQuestion, stopping: AbortSignal): Promise<AskResult | null> {
  const text = toAskedText(question)
  if (addressesModel(text)) {
    await keep(deps, question, { outcome: 'addresses-model' }, 0)
    return null
  }
  const messages = toMessages(text)
  const day = deps.now().toISOString().slice(0, 10)
  const estimate = estimatedTokens(JSON.stringify(messages)) + answerTokensMax
  if (!(await takeLlmTokens(deps.store.db, { day, tokens: estimate, cap: deps.llm.dailyTokens })))
    return { kind: 'cap-reached', asked: 0 }
  const reply = await askLlm(deps.llm, messages, { timeoutMs: deps.timeoutMs ?? defaultTimeoutMs, signal: stopping })
  if (reply.kind === 'unavailable') {
    const { problem, retryAfterMs, spent } = reply
    await settleLlmTokens(deps.store.db, { day, taken: estimate, spent: spent ? estimate : 0, outcome: 'failed' })
    return { kind: 'unavailable', asked: 0, problem, retryAfterMs }
  }
  const answer: ReadAnswer = reply.kind === 'refused' ? { outcome: 'refused' } : readAnswer(reply.content, text)
  const spent = reply.kind === 'refused' ? 0 : (reply.tokens ?? estimate)
  const outcome = answer.outcome === 'answered' ? 'answered' : 'discarded'
  await settleLlmTokens(deps.store.db, { day, taken: estimate, spent, outcome })
  await keep(deps, question, answer, spent)
  return null
}

/** An answer is a candidate from now on, whether or not it has a say. */
async function keep(deps: AskDeps, question: LlmQuestion, answer: ReadAnswer, tokens: number): Promise<void> {
  const said = answer.outcome === 'answered' ? answer : { workType: null, quote: null }
  await inTransaction(deps.store, async (tx) => {
    await writeLlmAnswer(tx, {
      ...askerOf(deps.llm),
      ticketId: question.ticketId,
      textHash: question.textHash,
      outcome: answer.outcome,
      workType: said.workType,
      quote: said.quote,
      tokens,
    })
    if (answer.outcome === 'answered') await addWork(tx, 'classify', [question.ticketId])
  })
}

/** Rather too many: a token is three bytes or more in nearly any text. */
function estimatedTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3)
}
