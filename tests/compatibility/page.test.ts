import { expect, test } from "vitest"
import { compatibilityPage } from "./page.ts"
import type { Recording } from "./recording.ts"

const client = (version: string, ...asks: (string | undefined)[]): Recording => ({
  ...{ client: "c", version, language: "Rust", recorded: "by hand", others: version === "2" ? ["GET /v1/moon"] : [] },
  operations: [
    {
      ...{ operation: "create_token", method: "POST", path: "/v1/tokens", accept: "*/*", status: 201 },
      calls: asks.map((one) => (one === undefined ? {} : { asks: one })),
    },
  ],
})
const rendered = (...all: Recording[]) =>
  compatibilityPage("before\n<!-- compatibility -->\nold\n<!-- end of compatibility -->\nafter", all)

test("says of each client which operations are taken, in part, or refused, and why", () => {
  const page = rendered(client("1", undefined, "type tunnel"), client("2", "type tunnel"))
  expect(page).toContain(
    "| `POST /v1/tokens` | taken in part | refused | refused with `not_supported`: type tunnel (instead: role",
  )
  expect(page).toContain("| `c` 1 | Rust | 1 of 1 | by hand |\n| `c` 2 | Rust | 0 of 1 | by hand |")
  expect(page).toContain("Of `c` 2, 1 more are answered 404 `not_found`: `GET /v1/moon`.")
  expect(page).not.toContain("old")
})

test("refuses a page without a place for it", () => {
  expect(() => compatibilityPage("nothing")).toThrow("<!-- compatibility -->")
})
