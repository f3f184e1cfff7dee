import { expect, test } from "vitest"
import { createSealer } from "./seal.ts"

const sealer = createSealer(new Uint8Array(32).fill(1))
const sealed = sealer.seal("dep_a", "PASSWORD", "hunter2 ü")

test("gives back what it sealed, and seals it differently each time", () => {
  expect(sealer.unseal("dep_a", "PASSWORD", sealed)).toBe("hunter2 ü")
  expect(sealer.seal("dep_a", "PASSWORD", "hunter2 ü")).not.toBe(sealed)
  expect(sealer.unseal("dep_a", "EMPTY", sealer.seal("dep_a", "EMPTY", ""))).toBe("")
})

test("shows nothing of the value", () => {
  expect(Buffer.from(sealed.slice(3), "base64url").includes("hunter2")).toBe(false)
})

test("gives nothing back to another key, deployment or name", () => {
  expect(createSealer(new Uint8Array(32).fill(2)).unseal("dep_a", "PASSWORD", sealed)).toBeUndefined()
  expect(sealer.unseal("dep_b", "PASSWORD", sealed)).toBeUndefined()
  expect(sealer.unseal("dep_a", "OTHER", sealed)).toBeUndefined()
})

test("gives nothing back of what was altered or never sealed", () => {
  const bytes = Buffer.from(sealed.slice(3), "base64url")
  for (let at = 0; at < bytes.byteLength; at++) {
    const altered = Buffer.from(bytes)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(sealer.unseal("dep_a", "PASSWORD", `v1.${altered.toString("base64url")}`)).toBeUndefined()
  }
  for (const text of ["", "v1.", "v2.abc", "hunter2", sealed.slice(0, -4)])
    expect(sealer.unseal("dep_a", "PASSWORD", text)).toBeUndefined()
})

test("knows a value again by a fingerprint that depends on the key", () => {
  const value = { name: "a", list: [1] }
  expect(sealer.fingerprint({ list: [1], name: "a" })).toBe(sealer.fingerprint(value))
  expect(sealer.fingerprint({ ...value, name: "b" })).not.toBe(sealer.fingerprint(value))
  expect(createSealer(new Uint8Array(32).fill(2)).fingerprint(value)).not.toBe(sealer.fingerprint(value))
})
