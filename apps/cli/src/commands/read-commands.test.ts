import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { aCondition } from "@alienplatform/core/testing"
import { describe, expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { aDeployment, anInfo, fakeManager } from "../testing/fake-manager.ts"

const shop = (info = anInfo()) =>
  fakeManager({
    "GET /v1/deployments": ({ line }) => ({
      json: { items: !line.includes("name=") || line.includes("name=shop") ? [aDeployment()] : [] },
    }),
    "GET /v1/deployments/dep_shop/info": { json: info },
  })

/** Runs `alien …` against a fake manager. */
async function alien(manager: { url: string }, ...argv: string[]) {
  const context = fakeContext({ env: { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: "t0ken" } })
  return { exit: await run(argv, context), out: context.out, err: context.err }
}

const waiting = anInfo({
  state: "waiting",
  conditions: [
    aCondition({
      type: "dns",
      status: "waiting",
      on: "customer",
      code: "dns_record_missing",
      message: "api.corp.example has no record",
      expected: "CNAME lb.example",
      observed: null,
      fix: "create the record below",
    }),
  ],
  dnsRecords: [{ type: "CNAME", name: "api.corp.example", value: "lb.example", purpose: "routing", status: "missing" }],
})

describe("alien list", () => {
  test("it has a line per deployment, and sends the token", async () => {
    await using manager = await shop()
    const { exit, out } = await alien(manager, "list")
    expect(exit).toBe(0)
    expect(out.split("\n")).toEqual([
      "NAME   PLATFORM   STATUS    RELEASE   CREATED    ID",
      "shop   local      running   rel_one   just now   dep_shop",
      "",
    ])
    expect(manager.seen[0]?.authorization).toBe("Bearer t0ken")
  })

  test("with --json it is one document", async () => {
    await using manager = await shop()
    const { out } = await alien(manager, "list", "--json")
    expect(JSON.parse(out).deployments).toHaveLength(1)
  })

  test("it follows the pages to the end", async () => {
    await using manager = await fakeManager({
      "GET /v1/deployments": ({ line }) => ({
        json: line.includes("cursor=two")
          ? { items: [aDeployment({ name: "second" })], nextCursor: null }
          : { items: [aDeployment({ name: "first" })], nextCursor: "two" },
      }),
    })
    const { out } = await alien(manager, "list")
    expect(out).toMatch(/first[\s\S]*second/)
  })

  test("no manager there is exit code 5, and it says where it looked", async () => {
    const gone = await fakeManager({})
    await gone[Symbol.asyncDispose]()
    const { exit, err } = await alien(gone, "list")
    expect(exit).toBe(5)
    expect(err).toContain(gone.url)
    expect(err).toContain("code  manager_unreachable")
  })

  test("a token that the manager does not know is exit code 4, and it does not repeat it", async () => {
    await using manager = await fakeManager({
      "GET /v1/deployments": {
        status: 401,
        json: { code: "unauthorized", message: "no valid token", retryable: false, internal: false },
      },
    })
    const { exit, out, err } = await alien(manager, "list")
    expect(exit).toBe(4)
    expect(out + err).not.toContain("t0ken")
  })
})

describe("alien info", () => {
  test("it shows the endpoints and how to reach them from this machine", async () => {
    await using manager = await shop()
    const { exit, out } = await alien(manager, "info", "shop")
    expect(exit).toBe(0)
    expect(out).toContain("api        web        ready   https://api.shop.localhost:8443")
    expect(out).toContain(
      "curl --resolve api.shop.localhost:8443:127.0.0.1 --cacert /people/u/ca/root.pem https://api.shop.localhost:8443",
    )
  })

  test("with --curl it prints a curl line for each endpoint and nothing else", async () => {
    await using manager = await shop()
    const { out } = await alien(manager, "info", "shop", "--curl")
    expect(out).toBe(
      "curl --resolve api.shop.localhost:8443:127.0.0.1 --cacert /people/u/ca/root.pem https://api.shop.localhost:8443\n",
    )
  })

  test("for what is not ready it says who has to do what", async () => {
    await using manager = await shop(waiting)
    const { out } = await alien(manager, "info", "shop")
    expect(out).toContain("dns_record_missing (customer)")
    expect(out).toContain("expected  CNAME lb.example")
    expect(out).toContain("fix       create the record below")
    expect(out).toMatch(/CNAME +api\.corp\.example +lb\.example +missing/)
  })

  test("with --json it is the answer of the API, whole", async () => {
    await using manager = await shop()
    const { out } = await alien(manager, "info", "shop", "--json")
    expect(JSON.parse(out)).toEqual(anInfo())
  })

  test("a name that there is not is exit code 4, and it says which was meant", async () => {
    await using manager = await fakeManager({
      "GET /v1/deployments": ({ line }) => ({ json: { items: line.includes("name=") ? [] : [aDeployment()] } }),
    })
    const { exit, err } = await alien(manager, "info", "shoo")
    expect(exit).toBe(4)
    expect(err).toContain("did you mean: shop?")
  })
})

describe("alien url", () => {
  test.each(["", "shop", "shop api", "shop api.web", "api", "api.web"])(
    "`alien url %s` prints the URL, and it is all that is on stdout",
    async (args) => {
      await using manager = await shop()
      const { exit, out, err } = await alien(manager, "url", ...args.split(" ").filter(Boolean))
      expect({ exit, out, err }).toEqual({ exit: 0, out: "https://api.shop.localhost:8443\n", err: "" })
    },
  )

  test("an endpoint that there is not is exit code 4, and it lists those that there are", async () => {
    await using manager = await shop()
    const { exit, err } = await alien(manager, "url", "shop", "api.admin")
    expect(exit).toBe(4)
    expect(err).toContain("there are: api.web")
  })

  test("a URL that is known but does not work yet is printed, and it says so on stderr", async () => {
    await using manager = await shop(waiting)
    const { exit, out, err } = await alien(manager, "url", "shop", "api")
    expect({ exit, out }).toEqual({ exit: 0, out: "https://api.shop.localhost:8443\n" })
    expect(err).toBe("api.web is waiting: dns_record_missing (customer)\n")
  })

  test("without a URL, one that waits for a person is exit code 3", async () => {
    const info = structuredClone(waiting)
    delete info.resources.api?.publicEndpoints
    await using manager = await shop(info)
    const { exit, out, err } = await alien(manager, "url", "shop", "api")
    expect({ exit, out }).toEqual({ exit: 3, out: "" })
    expect(err).toContain("hint  create the record below")
  })

  test("with several deployments it asks for the name", async () => {
    await using manager = await fakeManager({
      "GET /v1/deployments": { json: { items: [aDeployment(), aDeployment({ id: "dep_b", name: "shop-b" })] } },
    })
    const { exit, err } = await alien(manager, "url", "api")
    expect(exit).toBe(2)
    expect(err).toContain("there are: shop, shop-b")
  })
})

describe("alien url and open", () => {
  test("--deployment names it too, so one argument is enough", async () => {
    await using manager = await shop()
    const { exit, out } = await alien(manager, "url", "api", "--deployment", "shop")
    expect({ exit, out }).toEqual({ exit: 0, out: "https://api.shop.localhost:8443\n" })
    expect((await alien(manager, "url", "shop", "api", "--deployment", "shop")).exit).toBe(2)
  })

  test("a resource that is almost one says which was meant, and it is exit code 4", async () => {
    await using manager = await shop()
    const { exit, err } = await alien(manager, "url", "apl")
    expect(exit).toBe(4)
    expect(err).toContain("hint  did you mean: api?")
  })

  test.each([[[]], [["shop"]], [["api"]], [["shop", "api.web"]]])(
    "`alien open %j` opens the URL, and it prints it where no browser can be opened",
    async (args) => {
      await using manager = await shop()
      const opened: string[] = []
      const env = { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: "t0ken" }
      const openUrl = async (url: string) => opened.push(url) > 0
      expect(await run(["open", ...args], fakeContext({ env, openUrl }))).toBe(0)
      expect(opened).toEqual(["https://api.shop.localhost:8443"])
      const without = await alien(manager, "open", ...args)
      expect(without).toMatchObject({ exit: 0, out: "https://api.shop.localhost:8443\n" })
    },
  )

  test.each(["javascript:alert(1)", "tcp://db.shop.localhost:5432"])("it never opens %s", async (url) => {
    const info = anInfo()
    const endpoint = info.resources.api?.publicEndpoints?.web
    if (endpoint) endpoint.url = url
    await using manager = await shop(info)
    const openUrl = async () => expect.unreachable()
    const env = { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: "t0ken" }
    expect(await run(["open", "shop"], fakeContext({ env, openUrl }))).toBe(2)
  })
})

describe("alien status", () => {
  test("where all is well it is a line per endpoint, and exit code 0", async () => {
    await using manager = await shop()
    expect(await alien(manager, "status")).toMatchObject({
      exit: 0,
      out: "shop  running\n● api.web  https://api.shop.localhost:8443\n",
    })
  })

  test("for what is not ready it says who acts and the fix, and it is exit code 3", async () => {
    await using manager = await shop(waiting)
    const { exit, out } = await alien(manager, "status", "shop")
    expect(exit).toBe(3)
    expect(out.split("\n")).toEqual([
      "shop  running",
      "○ api.web  waiting  https://api.shop.localhost:8443",
      "    dns_record_missing  customer acts: api.corp.example has no record",
      "    fix  create the record below",
      "",
    ])
  })

  test("for what serves, but should be looked at, it says what its vendor has to do, and it is exit code 0", async () => {
    const message = "api/process goes on after 3 errors"
    const noticed = aCondition({ on: "vendor", code: "unhandled_errors", message, fix: "catch them" })
    await using manager = await shop(anInfo({ conditions: [noticed] }))
    const { exit, out } = await alien(manager, "status", "shop")
    expect(exit).toBe(0)
    expect(out.split("\n")).toEqual([
      "shop  running",
      "● api.web  https://api.shop.localhost:8443",
      "    unhandled_errors  vendor acts: api/process goes on after 3 errors",
      "    fix  catch them",
      "",
    ])
    expect(JSON.parse((await alien(manager, "status", "shop", "--json")).out).endpoints).toMatchObject([
      { state: "ready", conditions: [{ code: "unhandled_errors" }] },
    ])
  })

  test("what was started again is there with its count and last exit, as in info", async () => {
    const lastExit = { code: 3, signal: null, at: "2030-01-01T00:00:00.000Z" }
    const replicas = [
      { replica: 1, restarts: 0, lastExit: null, crashLoop: false },
      { replica: 2, restarts: 4, lastExit, crashLoop: true },
    ]
    const { resources, ...rest } = anInfo()
    const entry = { resourceType: "worker", ...resources.api, replicas }
    await using manager = await shop({ ...rest, resources: { api: entry } })
    const line =
      "↻ api/2  4 restarts, the last after it exited with 3 at 2030-01-01T00:00:00.000Z; it does not stay up\n"
    expect((await alien(manager, "status", "shop")).out).toContain(line)
    expect((await alien(manager, "info", "shop")).out).toContain(line)
    expect(JSON.parse((await alien(manager, "status", "shop", "--json")).out).replicas).toEqual({ api: replicas })
  })

  test("a fault that is being retried is there too, and with --json it is a member", async () => {
    const error = { code: "gateway_failed", message: "port 8443 is taken", retryable: true, internal: false }
    await using manager = await shop(anInfo({ state: "provisioning" }, { status: "provisioning", error }))
    const { exit, out } = await alien(manager, "status", "shop")
    expect(exit).toBe(1)
    expect(out).toContain("✖ port 8443 is taken (gateway_failed); it is tried again\n")
    expect(JSON.parse((await alien(manager, "status", "shop", "--json")).out)).toMatchObject({
      verdict: null,
      error: { code: "gateway_failed" },
      endpoints: [{ resource: "api", endpoint: "web", state: "provisioning" }],
    })
  })

  test("what somebody else changed is listed, with values where they are told", async () => {
    const drift = [
      {
        node: "api/process",
        at: "2030-01-01T00:00:00.000Z",
        fields: [{ field: "size", expected: "1", observed: "9" }],
      },
      { node: "api/route/web", at: "2030-01-02T00:00:00.000Z", fields: [{ field: "host" }] },
    ]
    await using manager = await shop(anInfo({}, { drift }))
    const { exit, out } = await alien(manager, "status", "shop")
    expect(exit).toBe(0)
    expect(out.split("\n").slice(2)).toEqual([
      "~ api/process  changed by somebody else, and changed back 2030-01-01T00:00:00.000Z",
      "    size: 1 → 9",
      "~ api/route/web  changed by somebody else, and changed back 2030-01-02T00:00:00.000Z",
      "    host",
      "",
    ])
    expect(JSON.parse((await alien(manager, "status", "shop", "--json")).out).drift).toEqual(drift)
  })
})

test("with `dev` connected the name may be left out though there are others: it is its own", async () => {
  const folder = await mkdtemp(join(tmpdir(), "alien-dev-"))
  await using manager = await fakeManager({
    "GET /v1/deployments": {
      json: { items: [aDeployment({ id: "dep_b", name: "blog" }), aDeployment({ name: "shop" })] },
    },
    "GET /v1/deployments/dep_shop/info": { json: anInfo() },
  })
  await mkdir(join(folder, ".alien"))
  const dev = { url: manager.url, token: "t", pid: process.pid, deployment: "shop" }
  await writeFile(join(folder, ".alien", "dev.json"), JSON.stringify(dev), { mode: 0o600 })
  const context = fakeContext({ cwd: folder, home: folder })
  expect(await run(["url", "api"], context)).toBe(0)
  await rm(folder, { recursive: true })
  expect(manager.seen.at(-1)).toMatchObject({
    line: "GET /v1/deployments/dep_shop/info",
    authorization: "Bearer t",
  })
})

test("a deployment that stays with an older release says so in list, status and info, and how to get on", async () => {
  const release = (id: string, changes = {}) => ({
    ...{ id, workspaceId: "default", projectId: "default", stack: { local: { id: "shop" } }, draft: false },
    ...{ createdAt: "2030-01-01T00:00:00Z", ...changes },
  })
  const newer = [
    release("rel_draft", { draft: true }),
    release("rel_other", { stack: { local: { id: "blog" } } }),
    release("rel_cloud", { stack: { aws: { id: "shop" } } }),
    release("rel_two"),
    release("rel_one"),
  ]
  const replies = (deployment: object, items: readonly unknown[]) => ({
    "GET /v1/deployments": { json: { items: [aDeployment(deployment)] } },
    "GET /v1/deployments/dep_shop/info": { json: anInfo() },
    "GET /v1/releases": { json: { items } },
  })
  await using pinned = await fakeManager(replies({ desiredReleaseId: "rel_one" }, newer))
  await using newest = await fakeManager(replies({ desiredReleaseId: "rel_one" }, newer.slice(-1)))
  await using follows = await fakeManager(replies({ desiredReleaseId: null }, newer))
  expect((await alien(pinned, "list")).out).toContain("pinned, a newer one is there")
  for (const command of ["status", "info"]) {
    expect((await alien(pinned, command)).out).toContain("pinned to rel_one; rel_two is newer: alien redeploy shop")
    for (const other of [newest, follows]) expect((await alien(other, command)).out).not.toContain("pinned")
  }
})
