import { expect, test } from "vitest"
import { addressOf, parseAuthority } from "./address.ts"
import type { Destination } from "./destination.ts"

test.each([
  ["API.Shop.localhost:8443", "api.shop.localhost", 8443],
  ["api.shop.localhost.", "api.shop.localhost", undefined],
  ["api.shop.localhost.:8443", "api.shop.localhost", 8443],
  ["api.shop.localhost", "api.shop.localhost", undefined],
  ["api.shop.localhost:", "api.shop.localhost", undefined],
  ["api.shop.localhost:65535", "api.shop.localhost", 65_535],
  ["api.shop.localhost:0443", "api.shop.localhost", 443],
  ["[::1]:8443", "[::1]", 8443],
  ["127.0.0.1", "127.0.0.1", undefined],
])("%j names the host %s and the port %s", (text, host, port) => {
  expect(parseAuthority(text)).toMatchObject({ host, port })
})

test.each([
  ...["", ":8443", "a b", 'a"b', "a/b", "a?b", "a#b", "me@a", "a:b", "a:1:2", "a:-1", "a:+1", "a: 1", "a:1 ", "a\tb"],
  ...["a:0", "a:00", "a:65536", "a:99999", "a:99999999999999999999", "[::1", "[::1]a", "a%zz", "a\u00e9"],
])("%j is no host: it is undefined", (text) => {
  expect(parseAuthority(text)).toBeUndefined()
})

test.each([
  ["a.localhost", "443", "a.localhost"],
  ["a.localhost:", "443", "a.localhost"],
  ["a.localhost:9000", "9000", "a.localhost:9000"],
  ["a.localhost:08443", "8443", "a.localhost:08443"],
])("what an app is told of %j: it names the port %s", (text, port, authority) => {
  const parsed = parseAuthority(text)
  expect(parsed && addressOf({} as Destination, parsed)).toMatchObject({
    port,
    authority,
    forwardedIpv4: `for=127.0.0.1;host="${authority}";proto=https`,
  })
})
