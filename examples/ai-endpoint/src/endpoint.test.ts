import { describe, expect, test } from "vitest"
import { createEndpoint } from "./endpoint.ts"
import { type Generate, generate } from "./model.ts"

const post = (body: unknown, endpoint = createEndpoint(generate), signal?: AbortSignal) =>
  endpoint.fetch(
    new Request("https://ai.example.com/v1/chat/completions", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal ? { signal } : {}),
    }),
  )
const ask = (content: string, more: object = {}) => ({ messages: [{ role: "user", content }], seed: 7, ...more })
const contentOf = async (response: Response) => JSON.parse(await response.text()).choices[0].message.content

describe("a plain answer", () => {
  test("is the same text for the same prompt and seed, and another for another seed", async () => {
    const texts = await Promise.all([7, 7, 8].map(async (seed) => contentOf(await post(ask("Hello", { seed })))))
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).not.toBe(texts[2])
  })

  test("goes on from the prompt's last word", async () => {
    expect(await contentOf(await post(ask("What about the lighthouse")))).toMatch(/^keeper /)
  })

  test("ends where the client wants it, and says so", async () => {
    const answer = JSON.parse(await (await post(ask("Hello", { max_tokens: 3 }))).text())
    expect(answer).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant" }, finish_reason: "length" }],
      usage: { completion_tokens: 3 },
    })
  })

  test.each([
    ["no JSON", "{"],
    ["no messages", {}],
    ["an empty list of messages", { messages: [] }],
    ["a message without a text", { messages: [{ role: "user" }] }],
    ["too many tokens", ask("Hello", { max_tokens: 1_001 })],
    ["a seed that is a text", ask("Hello", { seed: "7" })],
    ["a stream that is a text", ask("Hello", { stream: "yes" })],
  ])("is a 400 for %s", async (_case, body) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(JSON.parse(await response.text())).toMatchObject({ error: { type: "invalid_request_error" } })
  })
})

describe("a stream", () => {
  test("is the plain answer in pieces, between a first event with the role and a last one that ends it", async () => {
    const events = (await (await post(ask("Hello", { stream: true }))).text()).trim().split("\n\n")
    expect(events.every((event) => event.startsWith("data: "))).toBe(true)
    expect(events.at(-1)).toBe("data: [DONE]")
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)).choices[0])
    expect(chunks[0].delta).toEqual({ role: "assistant", content: "" })
    expect(chunks.at(-1)).toMatchObject({ delta: {}, finish_reason: "stop" })
    expect(chunks.map(({ delta }) => delta.content ?? "").join("")).toBe(await contentOf(await post(ask("Hello"))))
  })

  test("computes nothing that the client has not asked for yet, and stops when it goes away", async () => {
    const stopped = Promise.withResolvers<unknown>()
    let computed = 0
    const endless: Generate = async function* (_prompt, { signal }) {
      signal.addEventListener("abort", () => stopped.resolve(signal.reason))
      for (;;) {
        computed += 1
        yield "word"
      }
    }
    const response = await post(ask("Hello", { stream: true }), createEndpoint(endless))
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.read()
    expect(computed).toBe(1)
    await reader?.cancel("gone")
    expect(await stopped.promise).toBe("gone")
    expect(computed).toBe(1)
  })

  test("stops with the request's own signal too", async () => {
    const client = new AbortController()
    const response = await post(ask("Hello", { stream: true }), undefined, client.signal)
    const reader = response.body?.getReader()
    await reader?.read()
    client.abort()
    await expect(reader?.read()).rejects.toThrow("aborted")
  })
})
