import { isDeepStrictEqual } from "node:util"

/** What `GET /` of examples/first-api answers: it asked the SDK for its own URL. */
export const firstApiAnswer = (api: string) => ({ message: "hello from the first API", path: "/", url: api })

/** What `GET /ask` of examples/two-workers answers: the frontend got the backend's URL from the SDK and called it there. */
export const askAnswer = (frontend: string, backend: string) => ({
  frontend: { from: "frontend", url: `${frontend}/ask` },
  backend: { status: 200, answer: { from: "backend", url: `${backend}/` } },
})

/** Throws unless the answer is the one that was expected, naming both. */
export function expectAnswer(url: string, answer: { status: number; body: string }, expected: object): void {
  if (answer.status === 200 && isDeepStrictEqual(parse(answer.body), expected)) return
  throw new Error(
    `GET ${url} should have answered 200 ${JSON.stringify(expected)}, but answered ${answer.status} ${answer.body}`,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
