import { gunzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { archive } from "./archive.ts"
import { unpack } from "./unpack.fixture.ts"

describe("an archive: it", () => {
  test("holds every file in order of name, with fixed mode, owner and time", async () => {
    const { entries, files } = await unpack(await archive({ "b.txt": "two", "a.txt": Buffer.from("one") }))
    expect(files).toEqual({ "a.txt": "one", "b.txt": "two" })
    expect(entries.map(({ name, mode, uid, gid, mtime, type }) => ({ name, mode, uid, gid, mtime, type }))).toEqual(
      ["a.txt", "b.txt"].map((name) => ({ name, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" })),
    )
  })

  test("does not depend on the order in which files are given", async () => {
    expect(await archive({ a: "1", b: "2" })).toEqual(await archive({ b: "2", a: "1" }))
  })

  test("carries neither time nor operating system in its gzip header", async () => {
    const packed = Buffer.from(await archive({ a: "1" }))
    expect(packed.readUInt32LE(4)).toBe(0)
    expect(packed[9]).toBe(255)
    expect(gunzipSync(packed).length % 512).toBe(0)
  })

  test("holds large files whole", async () => {
    const large = "0123456789".repeat(500_000)
    expect((await unpack(await archive({ large }))).files).toEqual({ large })
  })
})
