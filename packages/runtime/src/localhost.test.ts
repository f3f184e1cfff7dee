import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { selfSigned } from "./self-signed.fixture.ts"
import { artifact, startWorker } from "./worker-process.fixture.ts"

const HOST = "backend.shop.localhost"

/** An HTTPS server for HOST on loopback, and the file that makes a Node process trust it. */
async function neighbour() {
  const { certificate, key } = selfSigned(HOST)
  const directory = await mkdtemp(join(tmpdir(), "alien-localhost-"))
  const trusted = join(directory, "ca.pem")
  await writeFile(trusted, certificate)
  const server = createServer({ cert: certificate, key }, (request, response) => response.end(request.headers.host))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return {
    port: typeof address === "object" && address ? address.port : 0,
    trusted,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await rm(directory, { recursive: true })
    },
  }
}

const calling = (expression: string) =>
  artifact(`
    import dns, { lookup } from "node:dns"
    import { promisify } from "node:util"
    export default {
      async fetch(request) {
        const target = new URL(request.url).searchParams.get("target")
        try {
          return Response.json(await (${expression}))
        } catch (error) {
          return Response.json({ error: error.cause?.code ?? error.code ?? String(error) })
        }
      },
    }`)

const ask = async (port: number, target = ""): Promise<unknown> =>
  (await fetch(`http://127.0.0.1:${port}/?target=${encodeURIComponent(target)}`)).json()

describe("names under .localhost in a worker: it", () => {
  test("reaches a neighbour with global fetch over verified TLS", async () => {
    await using backend = await neighbour()
    await using worker = await startWorker(calling("(await fetch(target)).text()"), {
      NODE_EXTRA_CA_CERTS: backend.trusted,
    })
    expect(await ask(await worker.port(), `https://${HOST}:${backend.port}/`)).toBe(`${HOST}:${backend.port}`)
  })

  test("still verifies the certificate", async () => {
    await using backend = await neighbour()
    await using trusting = await startWorker(calling("(await fetch(target)).text()"), {
      NODE_EXTRA_CA_CERTS: backend.trusted,
    })
    await using distrusting = await startWorker(calling("(await fetch(target)).text()"))
    expect(await ask(await trusting.port(), `https://other.shop.localhost:${backend.port}/`)).toEqual({
      error: "ERR_TLS_CERT_ALTNAME_INVALID",
    })
    expect(await ask(await distrusting.port(), `https://${HOST}:${backend.port}/`)).toEqual({
      error: "DEPTH_ZERO_SELF_SIGNED_CERT",
    })
  })

  test.each<[string, unknown]>([
    [`dns.promises.lookup("a.b.localhost")`, { address: "127.0.0.1", family: 4 }],
    [`dns.promises.lookup("A.LOCALHOST.", { all: true })`, [{ address: "127.0.0.1", family: 4 }]],
    [`dns.promises.lookup("a.localhost", 6)`, { address: "::1", family: 6 }],
    [`dns.promises.lookup("a.localhost", { family: "IPv6" })`, { address: "::1", family: 6 }],
    [`promisify(lookup)("a.localhost")`, { address: "127.0.0.1", family: 4 }],
    [`new Promise((found) => lookup("a.localhost", (...all) => found(all)))`, [null, "127.0.0.1", 4]],
    [`new Promise((found) => lookup("a.localhost", 6, (...all) => found(all)))`, [null, "::1", 6]],
    [`dns.promises.lookup("192.0.2.7")`, { address: "192.0.2.7", family: 4 }],
    [`new Promise((found) => lookup("192.0.2.7", (...all) => found(all)))`, [null, "192.0.2.7", 4]],
    [`dns.promises.lookup("192.0.2.7", { all: true })`, [{ address: "192.0.2.7", family: 4 }]],
  ])("answers %s", async (expression, expected) => {
    await using worker = await startWorker(calling(expression))
    expect(await ask(await worker.port())).toEqual(expected)
  })
})
