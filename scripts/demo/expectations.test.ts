import { expect, test } from "vitest"
import { APPLES_ANSWER, expectAnswer, firstApiAnswer } from "./expectations.ts"

const url = "https://api.first-api.localhost:8443"
const answer = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) })

test("the answer that the example gives passes, whatever the order of its members, so it throws nothing", () => {
  expectAnswer(url, answer({ url, path: "/", message: "hello from the first API" }), firstApiAnswer(url))
})

test.each([
  ["another URL than that of /info", answer(firstApiAnswer("https://elsewhere.localhost:8443"))],
  ["no URL", answer({ message: "hello from the first API", path: "/" })],
  ["another status", answer(firstApiAnswer(url), 502)],
  ["something that is no JSON", { status: 200, body: "<html>" }],
])("when the Function answers with %s, it names what was expected and what came", (_, given) => {
  expect(() => expectAnswer(url, given, firstApiAnswer(url))).toThrow(
    `GET ${url} should have answered 200 ${JSON.stringify(firstApiAnswer(url))}, but answered ${given.status} ${given.body}`,
  )
})

test("a Daemon that was not called is seen, though the storefront answers 200: it throws", () => {
  const storefront = "https://storefront.microservices.localhost:8443"
  const given = answer({ ...APPLES_ANSWER, visits: 0 })
  expect(() => expectAnswer(`${storefront}/items/apples`, given, APPLES_ANSWER)).toThrow("should have answered")
})
