import type { Endpoint } from "../../tests/harness/endpoint.ts"
import { screen } from "../../tests/harness/screen.ts"
import { type Answer, getVerified } from "../../tests/harness/verified-https.ts"
import { APPLES_ANSWER, expectAnswer, firstApiAnswer } from "./expectations.ts"

/** Calls every endpoint over HTTPS, prints its answer and throws unless it is the expected one. */
export async function callAll(endpoints: readonly Endpoint[]): Promise<void> {
  const api = onlyEndpoint(endpoints, "api")
  await call(api, "/", firstApiAnswer(api.url))
  screen.done("the SDK told the Function the URL that `alien info` shows")

  await call(onlyEndpoint(endpoints, "storefront"), "/items/apples", APPLES_ANSWER)
  screen.done("the Worker asked the SDK for the Container and the Daemon and called both")
  await call(onlyEndpoint(endpoints, "inventory"), "/items/pears", { name: "pears", inStock: 0 })
  const { tls, issuer } = await call(onlyEndpoint(endpoints, "visits"), "/", APPLES_ANSWER.visits)
  screen.done(`all over ${tls}, each certificate verified, by ${issuer}`)
}

async function call(endpoint: Endpoint, path: string, expected: unknown): Promise<Answer> {
  const url = new URL(path, endpoint.url).href
  const answer = await getVerified(endpoint, path)
  screen.line(`GET ${url}`)
  screen.line(`  ${answer.status} ${answer.body}`)
  expectAnswer(url, answer, expected)
  return answer
}

/** Finds the endpoint of a resource; throws when it has none. */
export function onlyEndpoint(endpoints: readonly Endpoint[], resource: string): Endpoint {
  const found = endpoints.find((known) => known.resource === resource)
  if (found) return found
  throw new Error(
    `${resource} has no public endpoint; there are ${endpoints.map((known) => known.resource).join(", ")}`,
  )
}
