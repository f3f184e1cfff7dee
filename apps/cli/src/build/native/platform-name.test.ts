import { expect, test } from "vitest"
import { isPlatformName, namesTarget } from "./platform-name.ts"
import { parseTarget } from "./target.ts"

test.each([
  ["@img/sharp-linux-x64", "linux-x64 linux-x64-musl"],
  ["@img/sharp-linuxmusl-x64", "linux-x64-musl"],
  ["@node-rs/argon2-linux-x64-gnu", "linux-x64"],
  ["@node-rs/argon2-linux-x64-musl", "linux-x64-musl"],
  ["@node-rs/argon2-linux-arm-gnueabihf", "linux-arm"],
  ["@esbuild/linux-arm64", "linux-arm64 linux-arm64-musl"],
  ["@parcel/watcher-linux-x64-glibc", "linux-x64"],
  ["@napi-rs/canvas-darwin-arm64", "darwin-arm64"],
  ["lightningcss-darwin-universal", "darwin-x64 darwin-arm64"],
  ["@img/sharp-libvips-linux-x64", "linux-x64 linux-x64-musl"],
  ["@rollup/rollup-win32-x64-msvc", ""],
])("%s is for %s", (name, targets) => {
  expect(isPlatformName(name)).toBe(true)
  const all = [
    "linux-x64",
    "linux-x64-musl",
    "linux-arm",
    "linux-arm64",
    "linux-arm64-musl",
    "darwin-x64",
    "darwin-arm64",
  ]
  expect(all.filter((target) => namesTarget(name, parseTarget(target))).join(" ")).toBe(
    all.filter((target) => targets.split(" ").includes(target)).join(" "),
  )
})

test.each(["fsevents", "linux-release-info", "arm-templates", "x64", "@acme/sharp"])("%s is for any", (name) => {
  expect(isPlatformName(name)).toBe(false)
})
