import { isDeepStrictEqual } from "node:util"
import { parseJson } from "@alienplatform/core"

/** The answer of `GET /` of examples/first-api, which asked the SDK for its own URL. */
export const firstApiAnswer = (api: string) => ({ message: "hello from the first API", path: "/", url: api })

/**
 * The first answer of `GET /items/apples` of the storefront in examples/microservices, which called both other
 * services.
 */
export const APPLES_ANSWER = { item: { name: "apples", inStock: 12 }, visits: 1 }

/** Throws unless the answer is the one that was expected, naming both. */
export function expectAnswer(url: string, answer: { status: number; body: string }, expected: unknown): void {
  if (answer.status === 200 && isDeepStrictEqual(parseJson(answer.body), expected)) return
  throw new Error(
    `GET ${url} should have answered 200 ${JSON.stringify(expected)}, but answered ${answer.status} ${answer.body}`,
  )
}
