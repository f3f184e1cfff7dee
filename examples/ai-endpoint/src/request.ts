/** What a client may ask for; the rest of the members of OpenAI's API is not looked at. */
export interface Completion {
  prompt: string
  stream: boolean
  seed: number
  maxTokens: number
}

const MOST_TOKENS = 1_000

/** @throws TypeError that says which member is wrong */
export function completionOf(body: unknown): Completion {
  const { messages, stream = false, seed, max_tokens: maxTokens } = objectOf(body, "the body")
  if (!Array.isArray(messages)) throw new TypeError("messages is not a list")
  const { content } = objectOf(messages.at(-1), "the last of messages")
  if (typeof content !== "string") throw new TypeError("content of the last of messages is not a text")
  if (typeof stream !== "boolean") throw new TypeError("stream is not true or false")
  return {
    prompt: content,
    stream,
    seed: integerOf(seed ?? Math.floor(Math.random() * 2 ** 32), "seed", 0, 2 ** 32 - 1),
    maxTokens: integerOf(maxTokens ?? 100, "max_tokens", 1, MOST_TOKENS),
  }
}

function objectOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new TypeError(`${where} is not a JSON object`)
}

function integerOf(value: unknown, where: string, least: number, most: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  throw new TypeError(`${where} is not an integer from ${least} to ${most}`)
}
