import { aHostReport } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import { aDeployment, anEndpoint, anInfo } from "../testing/fake-manager.ts"
import { alien, shopManager } from "../testing/shop.ts"

/** Runs `alien curl …` with a curl that ends with `exitCode`, and returns what curl was given beside. */
async function curl(manager: { url: string }, argv: readonly string[], exitCode = 0) {
  const calls: { program: string; args: readonly string[]; capture: boolean }[] = []
  const ended = await alien(manager, ["curl", ...argv], {
    runProgram: async (program, args, capture) => {
      calls.push({ program, args, capture })
      return { exitCode, stdout: capture ? "hello" : "", stderr: "" }
    },
  })
  return { ...ended, calls, args: calls[0]?.args ?? [] }
}

const REACHES = ["--resolve", "api.shop.localhost:8443:127.0.0.1", "--cacert", "/people/u/ca/root.pem"]
const info = anInfo()
const api = info.resources.api
if (!api?.publicEndpoints?.web) throw new Error("the fixture has an endpoint")

/** A second endpoint `api.admin` and a tcp endpoint `db.main`. */
const several = anInfo(
  {},
  {
    resources: {
      api: {
        ...api,
        publicEndpoints: {
          ...api.publicEndpoints,
          admin: {
            ...api.publicEndpoints.web,
            url: "https://admin-api.shop.localhost:8443",
            host: "admin-api.shop.localhost",
          },
        },
        endpoints: { web: anEndpoint(), admin: anEndpoint({ hosts: [] }) },
      },
      db: {
        resourceType: "container",
        publicEndpoints: { main: { ...api.publicEndpoints.web, url: "tcp://db.shop.localhost:9443", protocol: "tcp" } },
        endpoints: { main: anEndpoint({ hosts: [] }) },
      },
    },
  },
)

test.each([
  [["shop"], "https://api.shop.localhost:8443"],
  [[], "https://api.shop.localhost:8443"],
  [["api"], "https://api.shop.localhost:8443"],
  [["shop", "api"], "https://api.shop.localhost:8443"],
  [["shop", "api.web", "/items?limit=1"], "https://api.shop.localhost:8443/items?limit=1"],
  [["shop", "/a//b%2Fc[1]"], "https://api.shop.localhost:8443/a//b%2Fc[1]"],
  [["?q=1"], "https://api.shop.localhost:8443/?q=1"],
  [["api", "/health", "--deployment", "shop"], "https://api.shop.localhost:8443/health"],
])("`alien curl %s` asks %s, where this machine reaches it and with its authority", async (argv, url) => {
  await using manager = await shopManager()
  const { exit, out, calls, args } = await curl(manager, argv as string[])
  expect({ exit, out, programs: calls.map(({ program }) => program) }).toEqual({ exit: 0, out: "", programs: ["curl"] })
  expect(args.join(" ")).toContain(REACHES.join(" "))
  expect(args.slice(args.indexOf("--url"))).toEqual(["--url", url])
  expect(args).toEqual(expect.arrayContaining(["--noproxy", "api.shop.localhost"]))
})

test("what follows -- is curl's, word by word, also what is an option of ours", async () => {
  await using manager = await shopManager()
  const options = ["--json", '{"name": "tea"}', "-H", "x: $(id)", "--", "--help"]
  const { exit, args, out } = await curl(manager, ["shop", "--", ...options])
  expect({ exit, out }).toEqual({ exit: 0, out: "" })
  expect(args.slice(-options.length)).toEqual(options)
})

test("curl's exit code is ours", async () => {
  await using manager = await shopManager()
  expect(await curl(manager, ["shop"], 22)).toMatchObject({ exit: 22, err: "" })
})

test("with --json it is one document with what curl wrote, and the exit code is curl's", async () => {
  await using manager = await shopManager()
  const { exit, out, calls } = await curl(manager, ["shop", "--json"], 7)
  expect({ exit, capture: calls[0]?.capture }).toEqual({ exit: 7, capture: true })
  expect(JSON.parse(out)).toMatchObject({
    url: "https://api.shop.localhost:8443",
    resource: "api",
    endpoint: "web",
    state: "ready",
    command: ["curl", ...(calls[0]?.args ?? [])],
    exitCode: 7,
    stdout: "hello",
    stderr: "",
  })
})

test("without curl it says so, with the URL, and is exit code 1", async () => {
  await using manager = await shopManager()
  const { exit, err } = await alien(manager, ["curl", "shop"])
  expect(exit).toBe(1)
  expect(err).toContain("curl is not on the PATH")
  expect(err).toContain("https://api.shop.localhost:8443")
  expect(err).toContain("code  curl_missing")
})

test("of several endpoints it asks for the one that is meant, and counts only those that curl can ask", async () => {
  await using manager = await shopManager({ "GET /v1/deployments/dep_shop/info": { json: several } })
  const { exit, err, calls } = await curl(manager, ["shop"])
  expect({ exit, calls }).toEqual({ exit: 2, calls: [] })
  expect(err).toContain("code  endpoint_ambiguous")
  expect(err).toContain("there are: api.web, api.admin")
  expect(err).not.toContain("db.main")
  expect((await curl(manager, ["shop", "api.admin"])).args.at(-1)).toBe("https://admin-api.shop.localhost:8443")
})

test("a tcp endpoint is refused, and it says where it is", async () => {
  await using manager = await shopManager({ "GET /v1/deployments/dep_shop/info": { json: several } })
  const { exit, err, calls } = await curl(manager, ["shop", "db"])
  expect({ exit, calls }).toEqual({ exit: 2, calls: [] })
  expect(err).toContain("db.main is at tcp://db.shop.localhost:9443")
})

test("--host asks by another host of the endpoint, by its own way; one of others is refused", async () => {
  const hosts = [
    aHostReport({
      host: "api.corp.example",
      url: "https://api.corp.example:8443",
      kind: "custom",
      connect: { address: "127.0.0.1", port: 8443 },
    }),
  ]
  const wild = structuredClone(anInfo({ hosts }))
  const endpoint = wild.resources.api?.publicEndpoints?.web
  if (endpoint) endpoint.wildcardHost = "*.api.shop.localhost"
  await using manager = await shopManager({ "GET /v1/deployments/dep_shop/info": { json: wild } })
  const custom = await curl(manager, ["shop", "/x", "--host", "api.corp.example"])
  expect(custom.args.join(" ")).toContain(
    "--resolve api.corp.example:8443:127.0.0.1 --url https://api.corp.example:8443/x",
  )
  expect(custom.args).not.toContain("--cacert")
  const tenant = await curl(manager, ["shop", "--host", "acme.api.shop.localhost"])
  expect(tenant.args.at(-1)).toBe("https://acme.api.shop.localhost:8443")
  const foreign = await curl(manager, ["shop", "--host", "evil.example"])
  expect({ exit: foreign.exit, calls: foreign.calls }).toEqual({ exit: 4, calls: [] })
  expect(foreign.err).toContain("there are: api.corp.example, *.api.shop.localhost")
})

test("what is not ready is asked all the same, and it says so on stderr", async () => {
  await using manager = await shopManager({
    "GET /v1/deployments/dep_shop/info": { json: anInfo({ state: "provisioning" }) },
  })
  expect(await curl(manager, ["shop"])).toMatchObject({ exit: 0, err: "api.web is provisioning\n" })
})

test("one word that is a deployment, and a resource of the one that is meant without a name, is not guessed", async () => {
  const dev = aDeployment({ id: "dep_dev", name: "dev" })
  await using manager = await shopManager({
    "GET /v1/deployments": ({ line }) => ({
      json: { items: line.includes("name=api") ? [aDeployment({ id: "dep_api", name: "api" })] : [dev] },
    }),
    "GET /v1/deployments/dep_dev/info": { json: info },
    "GET /v1/deployments/dep_api/info": { json: info },
  })
  const { exit, err } = await curl(manager, ["api"])
  expect(exit).toBe(2)
  expect(err).toContain("api is a deployment, and a resource of dev")
  expect(err).toContain("alien curl dev api for the resource")
})

test("where the deployment and its resource have one name, the word is the resource", async () => {
  const named = aDeployment({ name: "api" })
  await using manager = await shopManager({
    "GET /v1/deployments": { json: { items: [named] } },
    "GET /v1/deployments/dep_shop/info": { json: several },
  })
  expect((await curl(manager, ["api"])).args.at(-1)).toBe("https://api.shop.localhost:8443")
})
