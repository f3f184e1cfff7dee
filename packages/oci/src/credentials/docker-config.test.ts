import { mkdir, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { dockerCredentials } from "./docker-config.ts"
import { askHelper } from "./helper.ts"

const base64 = (text: string) => Buffer.from(text).toString("base64")

async function withConfig(config: unknown, helpers: Readonly<Record<string, string>> = {}) {
  const directory = await temporaryDirectory()
  const text = typeof config === "string" ? config : JSON.stringify(config)
  await writeFile(join(directory.path, "config.json"), text)
  for (const [name, script] of Object.entries(helpers))
    await writeFile(join(directory.path, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const env = { DOCKER_CONFIG: directory.path, PATH: [directory.path, process.env.PATH].join(delimiter) }
  return { ...directory, env, credentials: dockerCredentials({ env, home: "/nowhere" }) }
}

test("Docker's configuration: it has credentials by host, whichever way the host is written", async () => {
  await using config = await withConfig({
    auths: {
      "ghcr.io": { auth: base64("me:pass:word") },
      "https://eu.gcr.io/v2/": { username: "oauth2", password: "secret" },
      "https://index.docker.io/v1/": { auth: base64("hub:secret") },
      "acme.azurecr.io": { auth: base64("00000000:"), identitytoken: "refresh" },
      "empty.example.com": {},
    },
  })
  expect(await config.credentials("ghcr.io")).toEqual({ kind: "password", username: "me", password: "pass:word" })
  expect(await config.credentials("eu.gcr.io")).toEqual({ kind: "password", username: "oauth2", password: "secret" })
  expect(await config.credentials("docker.io")).toEqual({ kind: "password", username: "hub", password: "secret" })
  expect(await config.credentials("acme.azurecr.io")).toEqual({ kind: "identity", token: "refresh" })
  expect(await config.credentials("empty.example.com")).toBeUndefined()
  expect(await config.credentials("io")).toBeUndefined()
})

test("Docker's configuration: it is looked for in the home directory, and may be missing", async () => {
  await using directory = await temporaryDirectory()
  const credentials = () => dockerCredentials({ env: {}, home: directory.path })("ghcr.io")
  expect(await credentials()).toBeUndefined()
  await mkdir(join(directory.path, ".docker"))
  await writeFile(
    join(directory.path, ".docker/config.json"),
    JSON.stringify({ auths: { "ghcr.io": { registrytoken: "t" } } }),
  )
  expect(await credentials()).toEqual({ kind: "bearer", token: "t" })
})

test("a credential helper: it is asked by the registry's name, before what the file has", async () => {
  await using config = await withConfig(
    {
      auths: { "ghcr.io": { auth: base64("file:secret") }, "plain.example.com": { auth: base64("file:secret") } },
      credHelpers: { "ghcr.io": "one", "docker.io": "one", "cloud.example.com": "token" },
      credsStore: "none",
    },
    {
      one: 'read name; echo "{\\"Username\\":\\"for $name by $1\\",\\"Secret\\":\\"s\\"}"',
      token: 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"refresh\\"}"',
      none: "echo credentials not found in native keychain; exit 1",
    },
  )
  expect(await config.credentials("ghcr.io")).toMatchObject({ username: "for ghcr.io by get" })
  expect(await config.credentials("docker.io")).toMatchObject({ username: "for https://index.docker.io/v1/ by get" })
  expect(await config.credentials("cloud.example.com")).toEqual({ kind: "identity", token: "refresh" })
  expect(await config.credentials("plain.example.com")).toMatchObject({ username: "file" })
})

test("a credential helper: it is ended when it takes too long", async () => {
  await using config = await withConfig({}, { slow: "exec sleep 600" })
  await expect(askHelper("slow", "ghcr.io", config.env, { timeoutMs: 20 })).rejects.toMatchObject({
    code: "registry_credentials_invalid",
    message: expect.stringContaining("SIGTERM"),
  })
})

test.each([
  ["no JSON", '{"auths":{"ghcr.io":{"auth":"c2VjcmV0'],
  ["another shape", { auths: { "ghcr.io": { auth: 7, password: "c2VjcmV0" } } }],
  ["an auth without a colon", { auths: { "ghcr.io": { auth: base64("secret") } } }],
  ["a helper that is not there", { credsStore: "missing" }],
  ["a helper that is a path", { credsStore: "../../bin/sh" }],
  ["a helper that fails", { credsStore: "fails" }],
  ["a helper that writes something else", { credsStore: "odd" }],
])("Docker's configuration: it refuses %s, and shows no secret", async (_, content) => {
  await using config = await withConfig(content, { fails: "echo secret; echo secret >&2; exit 3", odd: "echo secret" })
  const error = await config.credentials("ghcr.io").catch((failed) => failed)
  expect(error).toMatchObject({ code: "registry_credentials_invalid" })
  const text = JSON.stringify([error.message, error.stack, error.hint, String(error.cause ?? "")])
  expect(text).not.toMatch(/"?secret|c2VjcmV0/)
})
