import { expect, test } from "vitest"
import { workloadTokens } from "./workload-token.ts"

const key = new Uint8Array(32).fill(1)
const tokens = workloadTokens({ secretKey: key, installation: "ins_a" })
const token = tokens.tokenOf("dep_a", "api")

test("makes the same token every time, and knows whose it is", () => {
  expect(token).toMatch(/^alien_workload_[\w-]+\.[\w-]{43}$/)
  expect(workloadTokens({ secretKey: key, installation: "ins_a" }).tokenOf("dep_a", "api")).toBe(token)
  expect(tokens.holderOf(token)).toEqual({ deployment: "dep_a", resource: "api" })
  expect(new Set([token, tokens.tokenOf("dep_a", "web"), tokens.tokenOf("dep_b", "api")]).size).toBe(3)
})

test("takes the longest names that there are", () => {
  const holder = { deployment: `dep_${"a".repeat(16)}`, resource: "R".repeat(64) }
  expect(tokens.holderOf(tokens.tokenOf(holder.deployment, holder.resource))).toEqual(holder)
})

test("knows no token of another key or another installation", () => {
  const other = workloadTokens({ secretKey: new Uint8Array(32).fill(2), installation: "ins_a" })
  expect(other.holderOf(token)).toBeUndefined()
  expect(workloadTokens({ secretKey: key, installation: "ins_b" }).holderOf(token)).toBeUndefined()
})

test("takes no token that was changed anywhere", () => {
  for (let at = 0; at < token.length; at++)
    for (const other of ["A", "B", "_"]) {
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`
      if (changed !== token) expect(tokens.holderOf(changed)).toBeUndefined()
    }
})

test("takes neither another epoch nor any other form", () => {
  const [, payload = "", mac = ""] = /^alien_workload_([^.]+)\.(.+)$/.exec(token) ?? []
  const encoded = (text: string) => Buffer.from(text).toString("base64url")
  expect(Buffer.from(payload, "base64url").toString()).toBe("dep_a/api/1")
  for (const text of ["dep_a/api/2", "dep_a/api", "dep_a/api/1/", "dep_b/api/1", "", "/"])
    expect(tokens.holderOf(`alien_workload_${encoded(text)}.${mac}`)).toBeUndefined()
  for (const text of [
    "",
    "alien_workload_",
    `alien_workload_${payload}`,
    `alien_workload_.${mac}`,
    `${token}=`,
    ` ${token}`,
  ])
    expect(tokens.holderOf(text)).toBeUndefined()
})
