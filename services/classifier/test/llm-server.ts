import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server was asked, as it came over the wire. */
export interface AskedOfServer {
  readonly ticket: { readonly title: string; readonly type: string | null; readonly description: string }
  readonly system: string
  readonly raw: string
}

/** What it does with a question: an answer of the assistant, or anything else on the response. */
export type Behaviour = (asked: AskedOfServer, response: ServerResponse) => string | undefined

export const serverKey = 'key-of-the-language-model'

/**
 * A server that speaks OpenAI's chat completions without streaming: checks method, path, key and body as the real ones
 * do (404, 401, 400 with an `error` object), and answers with `choices` and `usage`.
 */
export async function startLlmServer() {
  const asked: AskedOfServer[] = []
  let behave: Behaviour = () => JSON.stringify({ workType: null, quote: null })
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return fail(response, 404, 'not found')
    if (request.headers.authorization !== `Bearer ${serverKey}`) return fail(response, 401, 'invalid key')
    let raw = ''
    for await (const chunk of request) raw += chunk
    const body = JSON.parse(raw)
    const [system, user] = body.messages ?? []
    const isRight =
      body.model === 'tiny' &&
      body.stream === false &&
      system?.role === 'system' &&
      user?.role === 'user' &&
      body.max_tokens > 0
    if (!isRight) return fail(response, 400, 'bad request')
    const question = { ticket: JSON.parse(user.content), system: system.content, raw }
    asked.push(question)
    const content = behave(question, response)
    if (content === undefined) return
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'tiny',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 },
      }),
    )
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    behave(next: Behaviour) {
      behave = next
      asked.length = 0
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function fail(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message, type: 'invalid_request_error' } }))
}
