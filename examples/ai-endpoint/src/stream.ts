import { finishReason } from "./finish-reason.ts"

/**
 * Tokens as server-sent events, each as soon as it is there and the client has taken those before it. When the client goes
 * away the generator's signal is aborted, so that nothing is computed for nobody.
 */
export function streamOf(
  generate: (signal: AbortSignal) => AsyncIterable<string>,
  head: object,
  maxTokens: number,
  clientGone: AbortSignal,
): Response {
  const cancelled = new AbortController()
  const events = eventsOf(generate(AbortSignal.any([clientGone, cancelled.signal])), head, maxTokens)
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await events.next()
        if (done) controller.close()
        else controller.enqueue(new TextEncoder().encode(`data: ${value}\n\n`))
      },
      cancel: (reason) => cancelled.abort(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } })
}

async function* eventsOf(tokens: AsyncIterable<string>, head: object, maxTokens: number): AsyncGenerator<string> {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })
  let count = 0
  let last = ""
  yield chunk({ role: "assistant", content: "" })
  for await (const token of tokens) {
    count += 1
    last = token
    yield chunk({ content: token })
  }
  yield chunk({}, finishReason(last, count, maxTokens))
  yield "[DONE]"
}
