import { setImmediate } from "node:timers/promises"
import { CORPUS } from "./corpus.ts"

export interface Options {
  seed: number
  maxTokens: number
  /** Aborted when nobody waits for the text any more. */
  signal: AbortSignal
}

/** Yields one token after the other. Ends by itself, or with the signal's reason. */
export type Generate = (prompt: string, options: Options) => AsyncIterable<string>

const words = CORPUS.trim().split(/\s+/)
const isEnd = (word: string) => word.endsWith(".")

/** Which words followed a word. A sentence starts after the empty word. */
const followers = new Map<string, string[]>()
for (const [index, word] of words.entries()) {
  const before = words[index - 1]
  const key = before === undefined || isEnd(before) ? "" : before
  followers.set(key, [...(followers.get(key) ?? []), word])
}

/**
 * A bigram model: each word is drawn from those that followed the one before it in the text, until a sentence ends. It
 * goes on from the prompt's last word where it knows that word. The same prompt and seed give the same text.
 */
export const generate: Generate = async function* (prompt, { seed, maxTokens, signal }) {
  const random = randomOf(seed)
  let word = prompt.trim().split(/\s+/).at(-1) ?? ""
  if (!followers.has(word)) word = ""
  for (let count = 0; count < maxTokens; count += 1) {
    // A turn of the event loop, in which other requests are served and a client that went away is noticed.
    await setImmediate(undefined, { signal })
    const choices = followers.get(word) ?? []
    word = choices[Math.floor(random() * choices.length)] ?? ""
    yield count === 0 ? word : ` ${word}`
    if (isEnd(word)) return
  }
}

/** A linear congruential generator, 0 to 1; the constants are those of Numerical Recipes. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
