import { describe, expect, test } from "vitest"
import { addon } from "./addon.fixture.ts"
import { compiledFile, unfitness } from "./compiled-file.ts"
import { parseTarget } from "./target.ts"

const pe = () => {
  const file = Buffer.alloc(128)
  file.write("MZ")
  file.writeUInt32LE(64, 0x3c)
  file.write("PE\0\0", 64)
  return file
}
const machO = (...words: number[]) => {
  const file = Buffer.alloc(64)
  for (const [index, word] of words.entries()) file.writeUInt32BE(word, index * 4)
  return file
}
const unfitnessOf = (file: Buffer, target = "linux-x64") => {
  const compiled = compiledFile(file)
  return compiled && unfitness(compiled, parseTarget(target))
}

describe("a compiled file: it", () => {
  test.each<[string, Buffer, string]>([
    ["its system, CPU and C library", addon(), "linux-x64"],
    ["another CPU", addon({ cpu: "arm64" }), "linux-arm64"],
    ["another C library", addon({ libc: "musl" }), "linux-x64-musl"],
    ["any C library where it needs none in particular", addon({ libc: "none" }), "linux-x64-musl"],
    ["Node 24 where it was compiled for that", addon({ registers: "node_register_module_v137" }), "linux-x64"],
    ["every Mac where it is for several CPUs", machO(0xcafebabe, 2), "darwin-arm64"],
  ])("fits %s", (_case, file, target) => {
    expect(compiledFile(file)).toBeDefined()
    expect(unfitnessOf(file, target)).toBeUndefined()
  })

  test.each<[string, Buffer, string, string]>([
    ["another CPU", addon({ cpu: "arm64" }), "linux-x64", "is for linux-arm64, not linux-x64"],
    ["another C library", addon(), "linux-x64-musl", "needs glibc, and linux-x64-musl has musl"],
    ["musl", addon({ libc: "musl" }), "linux-x64", "needs musl, and linux-x64 has glibc"],
    ["another system", pe(), "linux-x64", "is for win32, not linux-x64"],
    ["a Mac", machO(0xcffaedfe, 0x0c000001), "linux-x64", "is for darwin-arm64, not linux-x64"],
    [
      "another Node",
      addon({ registers: "node_register_module_v115" }),
      "linux-x64",
      "was compiled for another Node (NODE_MODULE_VERSION 115); artifacts run on Node 24 (137)",
    ],
  ])("does not fit where it is for %s", (_case, file, target, why) => {
    expect(unfitnessOf(file, target)).toBe(why)
  })

  test.each<[string, Buffer]>([
    ["a text", Buffer.from("MZ is how this text starts, which is longer than a header would be, and more ".repeat(2))],
    ["a short file", Buffer.from("\x7fELF")],
    ["a Java class", machO(0xcafebabe, 65)],
  ])("is not %s", (_case, file) => {
    expect(compiledFile(file)).toBeUndefined()
  })

  test("is an addon where it makes itself known to Node", () => {
    expect(compiledFile(addon())?.isAddon).toBe(true)
    expect(compiledFile(addon({ registers: "sqlite3_extension_init" }))?.isAddon).toBe(false)
  })
})
