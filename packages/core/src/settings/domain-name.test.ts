import fc from "fast-check"
import { expect, test } from "vitest"
import { domainName } from "./domain-name.ts"

test("makes a domain lower case", () => {
  expect(domainName.parse("API.Example.COM")).toBe("api.example.com")
})

test.each(["a.b", "xn--bcher-kva.example", "1a.example", "a-b.c--d.internal", `${"a".repeat(63)}.example`])(
  "accepts %s",
  (domain) => {
    expect(domainName.safeParse(domain).success).toBe(true)
  },
)

test.each([
  ["api.example.com.", "no dot at the end"],
  ["192.168.0.1", "not an address"],
  ["::1", "not an address"],
  ["https://a.example.com", "not an address or URL"],
  ["a.example.com:443", "not an address or URL"],
  ["*.example.com", "without *"],
  ["bücher.example", "ASCII form"],
  ["localhost", "full DNS name"],
  ["", "full DNS name"],
  ["a..example", "full DNS name"],
  ["-a.example", "full DNS name"],
  ["a-.example", "full DNS name"],
  ["a_b.example", "full DNS name"],
  ["a b.example", "full DNS name"],
  ["a.example/path", "full DNS name"],
  ["a.example\r\nhost", "full DNS name"],
  ["a.123", "full DNS name"],
  [`${"a".repeat(64)}.example`, "full DNS name"],
  [`${"a.".repeat(126)}aa`, "full DNS name"],
])("refuses %j and says that it must be or have %s", (domain, reason) => {
  expect(domainName.safeParse(domain).error?.issues[0]?.message).toContain(reason)
})

test("answers quickly to any text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), (text) => {
      const { success, data } = domainName.safeParse(text)
      if (success) expect(data).toMatch(/^[a-z0-9.-]{3,253}$/)
    }),
  )
})
