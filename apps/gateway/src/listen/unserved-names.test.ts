import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { testAuthority } from "../testing/certificates.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const ALERT = /alert number 112|unrecognized name/

/** A gateway that gets certificates, and which names it asked for one. */
async function open(options: { now?: () => number } = {}): Promise<{ gateway: TestGateway; issued: string[] }> {
  const authority = await testAuthority()
  const issued: string[] = []
  const issueCertificate = (host: string) => {
    issued.push(host)
    return authority.issue(host)
  }
  return { gateway: await openTestGateway({}, { ...options, authority, issueCertificate }), issued }
}

/** A deployment has the host; nothing serves it yet. */
async function has(gateway: TestGateway, host: string): Promise<void> {
  const { chain, key, sha256 } = await gateway.authority.issue(host)
  const directory = join("certificates", host)
  await mkdir(join(gateway.directory, directory), { recursive: true })
  await gateway.writeFile(join(directory, `${sha256}.crt`), chain)
  await gateway.writeFile(join(directory, `${sha256}.key`), key)
  await gateway.writeFile(join(directory, "certificate.json"), JSON.stringify({ format: 1, host, sha256, notAfter: 1 }))
}

test.each(["other.localhost", "api.other.localhost", "a.b.c.localhost", "localhost"])(
  "%s leads nowhere and gets the 404 page over verified TLS, which lists what is served: it names the caller's port",
  async (name) => {
    const opened = await open()
    await using gateway = opened.gateway
    await gateway.serve(
      await gateway.route(HOST, [1]),
      await gateway.route("web.blog.localhost", [1], { deployment: "blog" }),
    )
    const unknown = { status: 404, headers: { "x-alien-gateway": "route_unknown" } }
    const answer = await gateway.get(name, "/", { headers: { host: `${name}:9000` } })
    expect(answer).toMatchObject(unknown)
    expect(JSON.parse(answer.body)).toMatchObject({
      code: "route_unknown",
      message: `no endpoint of this machine is served at ${name}`,
      context: {
        host: name,
        run: ["alien list", "alien info NAME"],
        served: [
          { url: `https://${HOST}:9000`, deployment: "shop", resource: "api", endpoint: "web" },
          { url: "https://web.blog.localhost:9000", deployment: "blog", resource: "api", endpoint: "web" },
        ],
      },
    })
    const page = await gateway.get2(name, "/", { headers: { ":authority": name, accept: "text/html" } })
    expect(page).toMatchObject(unknown)
    expect(page.body).toContain(`<a href="https://${HOST}">`)
    expect(opened.issued).toEqual([name])
  },
)

test("a name below a deployment that serves others says so", async () => {
  const opened = await open()
  await using gateway = opened.gateway
  await gateway.serve(await gateway.route(HOST, [1]))
  expect(JSON.parse((await gateway.get("typo.shop.localhost")).body)).toMatchObject({
    message: "deployment shop serves nothing at typo.shop.localhost",
    context: { run: ["alien info shop"] },
  })
})

test("where nothing is served the page says that", async () => {
  const opened = await open()
  await using gateway = opened.gateway
  expect((await gateway.get("a.localhost", "/", { headers: { accept: "text/html" } })).body).toContain(
    "Nothing else is served here either",
  )
})

test("a deployment whose first deploy has not come to an end, or failed, gets a page that says so with its own certificate, until it serves", async () => {
  const opened = await open()
  await using gateway = opened.gateway
  await has(gateway, HOST)
  const answer = await gateway.get(HOST)
  expect(answer).toMatchObject({ status: 404, headers: { "x-alien-gateway": "route_unknown" } })
  expect(JSON.parse(answer.body)).toMatchObject({
    message: expect.stringContaining("deployment shop exists and serves nothing at api.shop.localhost yet"),
    context: { host: HOST, deployment: "shop", run: ["alien status shop"] },
  })
  expect(opened.issued).toEqual([])
  await gateway.app((_request, response) => response.end("it serves"))
  expect(await gateway.get(HOST)).toMatchObject({ status: 200, body: "it serves" })
})

test.each([
  "api.shop.example",
  "under_score.localhost",
  "-a.localhost",
  "a..localhost",
  "localhost.evil",
  `${"a".repeat(64)}.localhost`,
])("the name %s gets the alert: it is not of this machine, or none at all", async (name) => {
  const opened = await open()
  await using gateway = opened.gateway
  await expect(gateway.get(name)).rejects.toThrow(ALERT)
  expect(opened.issued).toEqual([])
})

test("many names at once get alerts beyond a few, those that are known and those that are served do not", async () => {
  let now = 0
  const opened = await open({ now: () => now })
  await using gateway = opened.gateway
  await gateway.app((_request, response) => response.end("served"))
  const ask = (name: string) =>
    gateway.get(name).then(
      ({ status }) => status,
      () => "alert",
    )
  const flood: unknown[] = []
  for (let index = 0; index < 12; index++) flood.push(await ask(`n${index}.localhost`))
  expect(flood).toEqual([...Array.from({ length: 10 }, () => 404), "alert", "alert"])
  expect(await ask("n3.localhost")).toBe(404)
  expect(await ask(HOST)).toBe(200)
  now += 2_000
  expect(await ask("n11.localhost")).toBe(404)
  expect(opened.issued).toHaveLength(11)
})

test("a name that is asked for many times at once is issued once", async () => {
  const opened = await open()
  await using gateway = opened.gateway
  const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.get("a.localhost", "/", { agent: false })))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 404))
  expect(opened.issued).toEqual(["a.localhost"])
})

test("a certificate that cannot be issued ends in the alert, and is tried again", async () => {
  const authority = await testAuthority()
  const issueCertificate = vi.fn((host: string) => authority.issue(host)).mockRejectedValueOnce(new Error("no"))
  await using gateway = await openTestGateway({}, { authority, issueCertificate })
  await expect(gateway.get("a.localhost")).rejects.toThrow(ALERT)
  expect(await gateway.get("a.localhost")).toMatchObject({ status: 404 })
})
