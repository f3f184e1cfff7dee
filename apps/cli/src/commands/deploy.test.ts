import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { aCondition } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import type { Context } from "../context.ts"
import { deployableManager } from "../testing/deployable.ts"
import { aDeployment, anInfo, aPlan } from "../testing/fake-manager.ts"
import { alien, inTurn } from "../testing/shop.ts"
import { writeShopStack } from "../testing/shop-stack.ts"

const fromRelease = ["deploy", "shop", "--release", "rel_two"]

test("it plans, makes the deployment on hold, and lets it run only then", async () => {
  await using server = await deployableManager()
  const { exit, out } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(0)
  expect(server.seen.find(({ line }) => line === "POST /v1/deployments")?.json).toEqual({
    name: "shop",
    platform: "local",
    releaseId: "rel_two",
    hold: true,
  })
  expect(server.lines().filter((line) => !line.startsWith("GET"))).toEqual([
    "POST /v1/plans",
    "POST /v1/deployments",
    "POST /v1/deployments/dep_shop/redeploy",
  ])
  expect(out).toContain("+ create api/process")
  expect(out).toContain("https://api.shop.localhost:8443")
})

test("with --adopt it plans and takes back the forgotten deployment, on its own platform", async () => {
  await using server = await deployableManager({
    "GET /v1/deployments/dep_old": { json: aDeployment({ id: "dep_old", name: "old", status: "deleted" }) },
  })
  const { exit, out } = await alien(server, [...fromRelease, "--adopt", "dep_old", "--yes"])
  expect({ exit, out }).toMatchObject({ exit: 0 })
  const sent = { name: "shop", platform: "local", releaseId: "rel_two", adopt: "dep_old" }
  expect(server.seen.find(({ line }) => line === "POST /v1/plans")?.json).toEqual(sent)
  expect(server.seen.find(({ line }) => line === "POST /v1/deployments")?.json).toEqual({ ...sent, hold: true })
})

test("a name that another deployment has cannot be that of an adopted one, so nothing is built", async () => {
  await using server = await deployableManager({ "GET /v1/deployments": { json: { items: [aDeployment()] } } })
  const { exit, err } = await alien(server, [...fromRelease, "--adopt", "dep_old", "--yes"])
  expect(exit).toBe(1)
  expect(err).toContain("shop is dep_shop, so dep_old cannot be adopted under that name")
  expect(server.lines().filter((line) => line.startsWith("POST"))).toEqual([])
})

test("where nobody can answer it refuses to go on without --yes, and nothing runs", async () => {
  await using server = await deployableManager()
  const { exit, err } = await alien(server, fromRelease)
  expect(exit).toBe(2)
  expect(err).toContain("code  confirmation_required")
  expect(server.lines().filter((line) => /^POST/.test(line))).toEqual(["POST /v1/plans"])
})

test("a no on the terminal changes nothing, and it says so", async () => {
  await using server = await deployableManager()
  const { exit, out } = await alien(server, fromRelease, { terminal: true, answer: false })
  expect(exit).toBe(1)
  expect(out).toContain("Nothing was changed.")
  expect(server.lines()).not.toContain("POST /v1/deployments/dep_shop/redeploy")
})

test("Ctrl-C at the question is exit code 130, and nothing was changed", async () => {
  await using server = await deployableManager()
  const { exit, err } = await alien(server, fromRelease, { terminal: true, answer: undefined })
  expect({ exit, err }).toMatchObject({ exit: 130, err: expect.stringContaining("Nothing was changed.") })
  expect(server.lines().filter((line) => /^(POST|PATCH)/.test(line))).toEqual(["POST /v1/plans"])
})

test("a new deployment gets the names that the plan has shown", async () => {
  await using server = await deployableManager({
    "POST /v1/plans": { json: aPlan({ resourcePrefix: "k3v9m2x7" }) },
  })
  await alien(server, [...fromRelease, "--yes"])
  const created = server.seen.find(({ line }) => line === "POST /v1/deployments")
  expect(created?.json).toMatchObject({ name: "shop", hold: true, resourcePrefix: "k3v9m2x7" })
})

test("another stack is installed only where that is asked for, in the plan and then", async () => {
  await using server = await deployableManager({ "GET /v1/deployments": { json: { items: [aDeployment()] } } })
  const asked = ["/v1/deployments/dep_shop/plan", "/v1/deployments/dep_shop/redeploy"]
  const bodies = () =>
    server.seen.filter(({ line }) => asked.some((path) => line === `POST ${path}`)).map(({ json }) => json)
  await alien(server, [...fromRelease, "--yes"])
  expect(bodies()).toEqual([{ releaseId: "rel_two" }, { releaseId: "rel_two" }])
  await alien(server, [...fromRelease, "--yes", "--replace-stack"])
  expect(bodies().slice(2)).toEqual([
    { releaseId: "rel_two", otherStack: true },
    { releaseId: "rel_two", otherStack: true },
  ])
})

test("it waits for this generation, so what an older one left behind does not count", async () => {
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": inTurn(
      anInfo({ state: "failed" }, { observedGeneration: 1, status: "provisioning-failed" }),
      anInfo({ state: "provisioning" }, { observedGeneration: 1, status: "updating" }),
      anInfo({ state: "provisioning" }),
      anInfo(),
    ),
  })
  const { exit, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(0)
  expect(err).toMatch(/api\.web {2}provisioning[\s\S]*api\.web {2}ready/)
})

test.each([
  ["an endpoint failed", anInfo({ state: "failed" }), 1],
  ["a person has to act", anInfo({ state: "waiting" }), 3],
  ["the deployment failed", anInfo({ state: "provisioning" }, { status: "update-failed" }), 1],
])("when %s it ends with the right exit code", async (_, info, expected) => {
  await using server = await deployableManager({ "GET /v1/deployments/dep_shop/info": { json: info } })
  const { exit, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(expected)
  expect(err).toContain("✖ deploy shop")
  expect(err).not.toContain("✔ deploy")
})

test("while it waits it says once what holds an endpoint up, with the fix, and with --json as an event", async () => {
  const waiting = (seconds: number) => {
    const message = `api/process does not listen, since ${seconds} s`
    const condition = aCondition({
      status: "waiting",
      on: "vendor",
      code: "port_not_listening",
      message,
      fix: "use PORT",
    })
    return anInfo({ state: "waiting", conditions: [condition] }, { status: "provisioning" })
  }
  const answers = () => ({ "GET /v1/deployments/dep_shop/info": inTurn(waiting(5), waiting(6), waiting(7), anInfo()) })
  await using server = await deployableManager(answers())
  const { exit, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(0)
  expect(err.match(/api\/process does not listen, since \d s/g)).toEqual(["api/process does not listen, since 5 s"])
  expect(err.match(/fix: use PORT/g)).toHaveLength(1)
  await using again = await deployableManager(answers())
  const { out } = await alien(again, [...fromRelease, "--yes", "--json"])
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(events.filter(({ event }) => event === "condition")).toMatchObject([
    { resource: "api", endpoint: "web", condition: { code: "port_not_listening", fix: "use PORT" } },
  ])
})

test("what has failed and waits for a person ends the wait at once, but not what had failed before", async () => {
  const failed = (since: string) => {
    const condition = aCondition({ status: "failed", on: "vendor", code: "workload_crashed", message: "boom", since })
    const conditions = [{ ...condition, observedGeneration: 2 }]
    return anInfo({ state: "failed", conditions }, { observedGeneration: 1, status: "updating" })
  }
  const [before, now] = ["2030-01-01T00:00:00.000Z", "2030-01-01T00:01:00.000Z"]
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": inTurn(failed(before), failed(before), failed(now)),
  })
  const { exit, out, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(1)
  expect(err).not.toContain("wait_timeout")
  expect(out).toContain("boom")
  await using healed = await deployableManager({
    "GET /v1/deployments/dep_shop/info": inTurn(failed(before), failed(before), anInfo()),
  })
  expect((await alien(healed, [...fromRelease, "--yes"])).exit).toBe(0)
})

test("what a workload says does not control the terminal, so its escapes are not in the output", async () => {
  const message = "\u001b[2J\u001b]0;owned\u0007crash\u009b2J\r\b"
  const error = { code: "process_failed", message, retryable: false, internal: false, context: {} }
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": { json: anInfo({ state: "failed" }, { status: "update-failed", error }) },
  })
  const { out, err } = await alien(server, [...fromRelease, "--yes"])
  expect(err).toContain("✖ crash␍␈\n")
  expect(out + err).not.toMatch(/[^\P{Cc}\n]/u)
  const json = (await alien(server, [...fromRelease, "--yes", "--json"])).out
  expect(json).not.toMatch(/[^\P{Cc}\n]/u)
  expect(JSON.parse(json.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    result: { info: { error: { message } } },
  })
})

test("after --timeout it stops waiting, and says how to come back", async () => {
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": { json: anInfo({ state: "provisioning" }) },
  })
  const { exit, err } = await alien(server, [...fromRelease, "--yes", "--timeout", "5s"])
  expect(exit).toBe(1)
  expect(err).toContain("code  wait_timeout")
  expect(err).toContain("hint  go on waiting: alien wait shop")
})

test("a manager that is away for a moment is waited for, so it goes on afterwards", async () => {
  let asked = 0
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": () =>
      asked++ < 3
        ? {
            status: 503,
            json: { code: "manager_closing", message: "closing", retryable: true, internal: false, context: {} },
          }
        : { json: anInfo() },
  })
  expect((await alien(server, [...fromRelease, "--yes"])).exit).toBe(0)
})

test("Ctrl-C while it waits detaches, and it says that the deployment goes on", async () => {
  const interrupted = new AbortController()
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": { json: anInfo({ state: "provisioning" }) },
  })
  const sleep: Context["sleep"] = async () => interrupted.abort()
  const { exit, err } = await alien(server, [...fromRelease, "--yes"], {
    sleep,
    interrupts: { signal: interrupted.signal },
  })
  expect(exit).toBe(1)
  expect(err).toContain("Detached: shop goes on without this command. Come back with: alien wait shop\n")
  expect(err).not.toContain("code  interrupted")
})

test("with --json every line is a document, and the last one is the result", async () => {
  await using server = await deployableManager()
  const { exit, out } = await alien(server, [...fromRelease, "--yes", "--json"])
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(exit).toBe(0)
  expect(lines.map((line) => line.event ?? Object.keys(line)[0])).toEqual(
    expect.arrayContaining(["step", "plan", "endpoint", "result"]),
  )
  expect(lines.at(-1)).toMatchObject({ result: { verdict: "ready", deploymentId: "dep_shop", releaseId: "rel_two" } })
})

test("with --json a failure is the last document, and it is a result too", async () => {
  await using server = await deployableManager()
  const { exit, out } = await alien(server, [...fromRelease, "--json"])
  expect(exit).toBe(2)
  expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    result: { error: { code: "confirmation_required" } },
  })
})

test("a platform that the deployment is not on is refused before anything is built", async () => {
  await using server = await deployableManager({ "GET /v1/deployments": { json: { items: [aDeployment()] } } })
  const { exit, err } = await alien(server, [...fromRelease, "--platform", "aws"])
  expect(exit).toBe(2)
  expect(err).toContain("shop is on local, not on aws")
  expect(server.lines()).toHaveLength(1)
})

test("settings are planned first and changed after the yes, and it removes what the file no longer has", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "alien-deploy-"))
  await writeFile(join(cwd, "shop.json"), JSON.stringify({ updates: "auto" }))
  await using server = await deployableManager({
    "GET /v1/deployments": {
      json: { items: [aDeployment({ stackSettings: { domains: { customDomains: {} } } })] },
    },
  })
  const { exit } = await alien(server, [...fromRelease, "--settings", "shop.json", "--yes"], { cwd })
  await rm(cwd, { recursive: true })
  const stackSettings = { domains: null, updates: "auto" }
  expect(exit).toBe(0)
  expect(server.seen.filter(({ line }) => /^(POST|PATCH)/.test(line)).map(({ json }) => json)).toEqual([
    { releaseId: "rel_two", stackSettings },
    { stackSettings },
    { releaseId: "rel_two" },
  ])
})

test("a plan that cannot be made fails with the manager's reasons", async () => {
  await using server = await deployableManager({
    "GET /v1/deployments": { json: { items: [aDeployment()] } },
    "GET /v1/deployments/dep_shop/plan": {
      json: aPlan({
        status: "failed",
        error: {
          code: "setting_not_supported",
          message: "local has no network of its own",
          retryable: false,
          internal: false,
          context: {},
        },
      }),
    },
  })
  const { exit, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(2)
  expect(err).toContain("local has no network of its own")
})

test("a fault that the manager is trying to get past is shown while it waits, so nobody wonders", async () => {
  const error = { code: "gateway_failed", message: "port 8443 is taken", retryable: true, internal: false }
  await using server = await deployableManager({
    "GET /v1/deployments/dep_shop/info": inTurn(
      anInfo({ state: "provisioning" }, { observedGeneration: 1, status: "provisioning", error }),
      anInfo(),
    ),
  })
  const { exit, err } = await alien(server, [...fromRelease, "--yes"])
  expect(exit).toBe(0)
  expect(err).toContain("✖ port 8443 is taken (gateway_failed); it is tried again")
  const { out } = await alien(server, [...fromRelease, "--yes", "--json"])
  expect(out).not.toContain("gateway_failed")
})

test("it builds the stack and uploads it before it makes a release of it", async () => {
  await using stack = await writeShopStack()
  const { cwd } = stack
  const sha256 = "[0-9a-f]{64}"
  await using server = await deployableManager({
    "PUT /v1/artifacts": ({ line, size }) => ({ status: 201, json: { sha256: line.split("/").at(-1), size } }),
  })
  const { exit, err } = await alien(server, ["deploy", "shop", "--yes"], { cwd })
  expect({ exit, err }).toMatchObject({ exit: 0 })
  const [upload, made] = server.seen.filter(({ line }) => /^(PUT|POST \/v1\/releases)/.test(line))
  expect(upload?.line).toMatch(new RegExp(`^PUT /v1/artifacts/${sha256}$`))
  expect(made?.json).toMatchObject({
    draft: true,
    stack: {
      local: { resources: { api: { config: { code: { type: "artifact", sha256: upload?.line.split("/").at(-1) } } } } },
    },
  })
})
