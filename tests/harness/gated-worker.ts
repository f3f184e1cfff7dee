import { join } from "node:path"
import { examples } from "./example-stacks.ts"

const source = (file: string): string => JSON.stringify(join(examples, "ai-endpoint/src", file))

/**
 * Source of a Worker with the endpoint of examples/ai-endpoint over a generator that waits: each token after the first
 * needs one `GET /go`. `GET /stopped` answers when a generator was told that nobody listens any more.
 */
export const GATED_WORKER = `
import { createEndpoint } from ${source("endpoint.ts")}

let go = Promise.withResolvers()
const stopped = Promise.withResolvers()

const { fetch } = createEndpoint(async function* (_prompt, { maxTokens, signal }) {
  const gone = new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  gone.catch(() => stopped.resolve())
  yield "first"
  for (let count = 2; count <= maxTokens; count += 1) {
    await Promise.race([go.promise, gone])
    go = Promise.withResolvers()
    yield " " + count
  }
})

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === "/go") go.resolve()
    if (pathname === "/stopped") await stopped.promise
    return pathname === "/go" || pathname === "/stopped" ? new Response() : fetch(request)
  },
}
`
