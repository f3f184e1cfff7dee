import { expect, test } from "vitest"
import { hasBrowser, openUrl } from "./open-url.ts"

test("on Linux there is one where there is a screen, so it never starts one in the terminal", () => {
  expect(hasBrowser({ platform: "linux", env: {} })).toBe(false)
  expect(hasBrowser({ platform: "linux", env: { DISPLAY: ":0" } })).toBe(true)
  expect(hasBrowser({ platform: "darwin", env: {} })).toBe(true)
})

test.each(["file:///etc/passwd", "javascript:alert(1)", "no address"])(
  "%s is no web address, so it is not opened",
  async (url) => {
    expect(await openUrl(url, { platform: "linux", env: { DISPLAY: ":0" } })).toBe(false)
  },
)
