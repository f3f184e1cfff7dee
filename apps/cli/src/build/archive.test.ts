import { gunzipSync } from "node:zlib"
import { sha256Hex } from "@alienplatform/core"
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

  test("has the bytes that it has on any other machine", async () => {
    const text = Array.from({ length: 20_000 }, (_, line) => `${line} ${(line * 2_654_435_761) % 4_294_967_296}`).join(
      "\n",
    )
    const packed = Buffer.from(await archive({ "index.mjs": text, "manifest.json": "{}" }))
    expect(sha256Hex(packed)).toBe("42e4b87f7b7cf8b5bcb73c930cb59b11bf6dbd3c1cd8ba0e0a4c67a7ffba33a2")
    expect(gunzipSync(packed).length % 512).toBe(0)
  })

  test("holds large files whole", async () => {
    const large = "0123456789".repeat(500_000)
    expect((await unpack(await archive({ large }))).files).toEqual({ large })
  })
})
