import { expect, test } from "vitest"
import { parseReference } from "../reference/reference.ts"
import type { AuthDouble } from "../testing/auth-double.ts"
import { instantClock, startRegistryDouble, testRegistries } from "../testing/registry-double.ts"
import { smallImage } from "../testing/small-image.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import type { Credentials } from "./credentials.ts"
import { resolveReference } from "./pull-image.ts"
import { pushImage } from "./push-image.ts"

const ME: Credentials = { kind: "password", username: "me", password: "secret" }

type TokenDouble = Extract<AuthDouble, { kind: "token" }>
const tokens = (more: Partial<TokenDouble> = {}): TokenDouble => ({ kind: "token", issued: [], ...more })

/** Pushes an image to a registry that wants `auth`. */
async function push(auth: AuthDouble, as?: Credentials) {
  await using directory = await temporaryDirectory()
  await using double = await startRegistryDouble({ auth })
  const clock = instantClock()
  await using registries = testRegistries({ clock, ...(as ? { as } : {}) })
  const to = parseReference(`${double.registry}/acme/api:v1`)
  const error = await pushImage(await smallImage(directory.path), { registries, to }).then(
    () => undefined,
    (failed) => failed,
  )
  return { error, lines: double.lines(), seen: double.seen, clock, registries, to }
}

test("a registry with tokens: it shows the password where tokens are got, once, and the token elsewhere", async () => {
  const auth = tokens({ account: "me:secret", lifetimeSeconds: 300 })
  const { error, seen } = await push(auth, ME)
  expect(error).toBeUndefined()
  expect(new Set(auth.issued.map((scopes) => scopes.join()))).toEqual(new Set(["repository:acme/api:pull,push"]))
  for (const { line, headers } of seen)
    expect(headers.authorization?.startsWith("Basic") ?? false, line).toBe(line.startsWith("GET /token"))
})

test("a registry with tokens: it gets one without credentials where it has none", async () => {
  const auth = tokens()
  await using double = await startRegistryDouble({ auth })
  await using registries = testRegistries()
  const { digest } = double.keepManifest(
    "base",
    "v1",
    { schemaVersion: 2, manifests: [] },
    "application/vnd.oci.image.index.v1+json",
  )
  expect(await resolveReference(registries, parseReference(`${double.registry}/base:v1`))).toBe(digest)
  expect(auth.issued).toEqual([["repository:base:pull"]])
})

test("a registry with tokens: it exchanges an identity token", async () => {
  const auth = tokens({ account: "nobody:x", identityToken: "refresh" })
  const { error, lines, seen } = await push(auth, { kind: "identity", token: "refresh" })
  expect(error).toBeUndefined()
  expect(lines).toContain("POST /token")
  expect(seen.every(({ line }) => !line.includes("refresh"))).toBe(true)
})

test("a registry with tokens: it renews one that ended, and one that is not taken any more", async () => {
  const auth = tokens({ lifetimeSeconds: 60 })
  await using double = await startRegistryDouble({ auth })
  const clock = instantClock()
  await using registries = testRegistries({ clock })
  double.keepManifest("base", "v1", { schemaVersion: 2, manifests: [] }, "application/vnd.oci.image.index.v1+json")
  const resolve = () => resolveReference(registries, parseReference(`${double.registry}/base:v1`))
  await resolve()
  await resolve()
  expect(auth.issued).toHaveLength(1)
  clock.time += 56_000
  await resolve()
  expect(auth.issued).toHaveLength(2)

  const short = tokens({ uses: 2 })
  expect((await push(short)).error).toBeUndefined()
  expect(short.issued.length).toBeGreaterThan(2)
})

test("a registry that refuses: it says so once, names what to do, and no secret", async () => {
  for (const auth of [tokens({ account: "me:other" }), { kind: "basic", account: "me:other" } as const]) {
    const { error, clock } = await push(auth, ME)
    expect(error).toMatchObject({ code: "registry_denied", hint: expect.stringContaining("docker login 127.0.0.1:") })
    expect(JSON.stringify([error.message, error.hint, error.context, error.stack])).not.toMatch(/secret|c2VjcmV0/)
    expect(clock.slept).toEqual([])
  }
  expect((await push({ kind: "basic", account: "me:secret" })).error).toMatchObject({ code: "registry_denied" })
})

test("a registry with passwords: it shows one when it is asked to, and a registry token", async () => {
  const { error, seen } = await push({ kind: "basic", account: "me:secret" }, ME)
  expect(error).toBeUndefined()
  expect(seen.filter(({ headers }) => headers.authorization === undefined).length).toBeGreaterThan(0)
  const auth = tokens({ issued: [["any"]] })
  expect((await push(auth, { kind: "bearer", token: "token-0" })).error).toBeUndefined()
  expect(auth.issued).toHaveLength(1)
})

test("a registry with tokens: it shows nothing to a token service without TLS elsewhere", async () => {
  const { error, lines } = await push(tokens({ realm: "http://tokens.example.com/token" }), ME)
  expect(error).toMatchObject({ code: "registry_insecure" })
  expect(lines.filter((line) => line.includes("/token"))).toEqual([])
})
