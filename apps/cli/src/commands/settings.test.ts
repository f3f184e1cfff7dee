import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, lastOf, shopManager } from "../testing/shop.ts"

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "alien-settings-"))
})
afterEach(() => rm(cwd, { recursive: true }))

const stored = { updates: "auto", endpoints: { "api.web": { exposure: "internet" } } }
const PATCH = "PATCH /v1/deployments/dep_shop"

const manager = (replies = {}) =>
  shopManager({
    "GET /v1/deployments": { json: { items: [aDeployment({ stackSettings: stored })] } },
    [PATCH]: { json: aDeployment({ stackSettings: { ...stored, updates: "approval-required" } }) },
    ...replies,
  })

test("get prints them as JSON, or one member, so a script can use it", async () => {
  await using server = await manager()
  expect(JSON.parse((await alien(server, ["settings", "get", "shop"])).out)).toEqual(stored)
  expect((await alien(server, ["settings", "get", "--path", 'endpoints["api.web"].exposure'])).out).toBe("internet\n")
  expect((await alien(server, ["settings", "get", "--path", "network"])).exit).toBe(4)
})

test("set sends a patch of the paths, and it says what changed", async () => {
  await using server = await manager()
  const argv = ["settings", "set", "shop", "updates=approval-required", 'endpoints["api.web"]={"exposure": "internet"}']
  const { exit, out } = await alien(server, argv)
  expect(exit).toBe(0)
  expect(server.seen.at(-1)?.json).toEqual({
    stackSettings: { updates: "approval-required", endpoints: { "api.web": { exposure: "internet" } } },
  })
  expect(out.split("\n")).toEqual([
    '~ updates  "auto" → "approval-required"',
    "shop goes on by itself; to wait for it: alien wait shop",
    "",
  ])
})

test("set with a file removes what the file does not have, so it is the whole of them", async () => {
  await writeFile(join(cwd, "s.json"), '{"updates": "approval-required"}')
  await using server = await manager()
  const { exit, out } = await alien(server, ["settings", "set", "--file", "s.json", "--json"], { cwd })
  expect(exit).toBe(0)
  expect(server.seen.at(-1)?.json).toEqual({ stackSettings: { updates: "approval-required", endpoints: null } })
  expect(lastOf(out)).toMatchObject({
    result: { differences: [{ path: "updates", before: "auto", after: "approval-required" }] },
  })
})

test("an unknown key of a file is named with file, line and the nearest one, and it asks nobody", async () => {
  await writeFile(join(cwd, "s.json"), '{\n  "endpoints": {},\n  "updatess": "auto"\n}\n')
  await using server = await manager()
  for (const argv of [
    ["settings", "set", "shop", "--file", "s.json"],
    ["settings", "diff", "shop", "--file", "s.json"],
    ["deploy", "shop", "--settings", "s.json"],
  ]) {
    const { exit, err } = await alien(server, argv, { cwd })
    expect(exit).toBe(2)
    expect(err).toContain('    s.json:3  updatess: is not known here; did you mean "updates"?\n')
  }
  expect(server.seen).toEqual([])
})

test("what only the manager can refuse carries the line too, so it can be put right there", async () => {
  await writeFile(join(cwd, "s.json"), '{\n  "endpoints": {\n    "apo": {}\n  }\n}\n')
  const violation = { path: "endpoints.apo", code: "resource_unknown", message: 'the stack has no resource "apo"' }
  await using server = await manager({
    [PATCH]: {
      status: 400,
      json: {
        code: "settings_invalid",
        message: "the settings document has 1 mistake",
        retryable: false,
        internal: false,
        context: { violations: [violation] },
      },
    },
  })
  const { exit, err } = await alien(server, ["settings", "set", "--file", "s.json"], { cwd })
  expect(exit).toBe(2)
  expect(err).toContain('    s.json:3  endpoints.apo: the stack has no resource "apo"\n')
})

test("a file that is no JSON is refused with the line, so it is found", async () => {
  await writeFile(join(cwd, "s.json"), '{\n  "updates": auto\n}\n')
  await using server = await manager()
  const { exit, err } = await alien(server, ["settings", "set", "--file", "s.json"], { cwd })
  expect(exit).toBe(2)
  expect(err).toMatch(/s\.json cannot be used as stack settings: .*line 2|s\.json cannot be used as stack settings: /)
  expect(err).toContain("code  settings_file_invalid")
})

test.each([
  ["the path of one", "domains.customDomains.api.certificate.pem.privateKey=KEY"],
  ["a value that holds one", 'domains={"customDomains": {"api": {"certificate": {"pem": {"privateKey": "KEY"}}}}}'],
])("a private key on the command line is refused, %s: it is not sent", async (_, assignment) => {
  await using server = await manager()
  const { exit, err } = await alien(server, ["settings", "set", "shop", assignment])
  expect(exit).toBe(2)
  expect(err).toContain("--file settings.json")
  expect(err).not.toContain("KEY")
  expect(server.seen).toEqual([])
})

test("diff compares the file with the deployment and is exit code 1 where they differ, else it is 0", async () => {
  await writeFile(join(cwd, "other.json"), '{"updates": "approval-required"}')
  await writeFile(join(cwd, "settings.json"), JSON.stringify(stored))
  await using server = await manager()
  const { exit, out } = await alien(server, ["settings", "diff", "shop", "--file", "other.json"], { cwd })
  expect({ exit, out }).toEqual({
    exit: 1,
    out: '~ updates  "auto" → "approval-required"\n- endpoints  {"api.web":{"exposure":"internet"}}\n',
  })
  expect(await alien(server, ["settings", "diff"], { cwd })).toMatchObject({
    exit: 0,
    out: "settings.json is what shop has.\n",
  })
})
