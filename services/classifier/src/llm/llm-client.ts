import type { ChatMessage } from './prompt.ts'

/** A language model behind an endpoint that speaks OpenAI's protocol. */
export interface LlmEndpoint {
  /** Such as `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`. */
  readonly url: string
  readonly model: string
  /** Absent for servers that need none. */
  readonly key: string | undefined
}

export type LlmReply =
  | { readonly kind: 'reply'; readonly content: string; readonly tokens: number | null }
  /** The server will not answer this question; the next one may be asked. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** Nothing can be asked now. `spent`: whether the question may have been worked on and billed. */
  | {
      readonly kind: 'unavailable'
      readonly problem: string
      readonly retryAfterMs: number | null
      readonly spent: boolean
    }

export const answerTokensMax = 200
const bodyBytesMax = 256 * 1024
const retryAfterMaxMs = 3_600_000

/**
 * Asks one question, without streaming and without following redirects, which would carry the key and the ticket's text
 * to an address that nobody configured.
 */
export async function askLlm(
  endpoint: LlmEndpoint,
  messages: readonly ChatMessage[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<LlmReply> {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await fetch(`${endpoint.url}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(endpoint.key ? { authorization: `Bearer ${endpoint.key}` } : {}),
      },
      body: JSON.stringify({
        model: endpoint.model,
        messages,
        temperature: 0,
        max_tokens: answerTokensMax,
        stream: false,
        response_format: { type: 'json_object' },
      }),
      redirect: 'error',
      signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
    })
    const text = await readBody(response)
    if (response.ok) return readReply(text)
    return failureOf(response)
  } catch (error) {
    const why = timeout.aborted ? `no answer within ${options.timeoutMs / 1000} s` : reasonOf(error)
    return { kind: 'unavailable', problem: why, retryAfterMs: null, spent: timeout.aborted }
  }
}

/** A reply of a protocol that is not kept is no reply, but it was paid for. */
function readReply(text: string): LlmReply {
  const body = parse(text)
  const { choices, usage } = (body ?? {}) as { choices?: unknown; usage?: unknown }
  const [choice] = Array.isArray(choices) ? (choices as unknown[]) : []
  const content = (choice as { message?: { content?: unknown } } | null | undefined)?.message?.content
  const total = (usage as { total_tokens?: unknown } | null | undefined)?.total_tokens
  const tokens = typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : null
  return { kind: 'reply', content: typeof content === 'string' ? content : '', tokens }
}

function failureOf({ status, headers }: Response): LlmReply {
  const problem = `it answered ${status}`
  if (status === 400 || status === 413 || status === 422) return { kind: 'refused', problem }
  return { kind: 'unavailable', problem, retryAfterMs: retryAfterOf(headers.get('retry-after')), spent: status >= 500 }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterOf(value: string | null): number | null {
  if (value === null) return null
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryAfterMaxMs) : null
}

async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength
    if (bytes > bodyBytesMax) throw new Error('the answer is too long')
    text += decoder.decode(chunk as Uint8Array, { stream: true })
  }
  return text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { code?: unknown }).code
  return typeof code === 'string' ? code : cause instanceof Error ? cause.message : 'it can not be reached'
}
