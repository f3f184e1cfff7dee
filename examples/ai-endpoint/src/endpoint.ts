import { randomUUID } from "node:crypto"
import { finishReason } from "./finish-reason.ts"
import type { Generate } from "./model.ts"
import { type Completion, completionOf } from "./request.ts"
import { streamOf } from "./stream.ts"

/** `POST /v1/chat/completions`, as OpenAI's clients speak it: server-sent events with `stream: true`, else one JSON answer. */
export const createEndpoint = (generate: Generate) => ({
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === "/health") return new Response("ok\n")
    if (pathname !== "/v1/chat/completions") return refusal(404, `there is no ${pathname}`)
    if (request.method !== "POST") return refusal(405, "only POST is allowed")

    let asked: Completion
    try {
      asked = completionOf(await request.json())
    } catch (error) {
      return refusal(400, String(error))
    }
    const { prompt, stream, ...options } = asked
    const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: "keeper-bigram" }
    const tokens = (signal: AbortSignal) => generate(prompt, { ...options, signal })
    if (stream) return streamOf(tokens, head, options.maxTokens, request.signal)
    return whole(tokens(request.signal), head, options.maxTokens)
  },
})

async function whole(tokens: AsyncIterable<string>, head: object, maxTokens: number): Promise<Response> {
  const all: string[] = []
  for await (const token of tokens) all.push(token)
  const message = { role: "assistant", content: all.join("") }
  return Response.json({
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finishReason(message.content, all.length, maxTokens) }],
    usage: { completion_tokens: all.length },
  })
}

const refusal = (status: number, message: string): Response =>
  Response.json({ error: { message, type: "invalid_request_error" } }, { status })
