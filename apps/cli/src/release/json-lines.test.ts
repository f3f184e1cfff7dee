import { expect, test } from "vitest"
import { memberLines } from "./json-lines.ts"

const text = `{
  "updates": "auto",
  "domains": { "customDomains": {
    "gateway.web": [
      { "domain": "a \\"quoted\\" , name" },
      {
        "domain": "b"
      }
    ]
  } },
  "n": [1, -2.5e3,
    null]
}
`

test.each([
  ["updates", 2],
  ["domains.customDomains", 3],
  ['domains.customDomains["gateway.web"]', 4],
  ['domains.customDomains["gateway.web"][0].domain', 5],
  ['domains.customDomains["gateway.web"][1]', 6],
  ['domains.customDomains["gateway.web"][1].domain', 7],
  ["n[1]", 11],
  ["n[2]", 12],
])("the line of %s is %i, so it can be opened there", (path, line) => {
  expect(memberLines(text).get(path)).toBe(line)
})

test.each(["{}", "[]", '"text"', "12", "  {\n}"])(
  "a document without members has none: it is empty for %j",
  (empty) => {
    expect(memberLines(empty).size).toBe(0)
  },
)
