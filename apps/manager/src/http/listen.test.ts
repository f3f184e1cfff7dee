import { request } from "node:http"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { testManager } from "../testing/manager.ts"
import { hostToReach, listen } from "./listen.ts"

test("names an address that can be connected to", () => {
  expect(["127.0.0.1", "0.0.0.0", "::", "::1", "manager.example"].map(hostToReach)).toEqual([
    ...["127.0.0.1", "127.0.0.1", "[::1]", "[::1]", "manager.example"],
  ])
})

test("refuses headers that are too large before the API sees the request", async () => {
  await using manager = await testManager()
  let seen = 0
  const { fetch } = manager.app
  manager.app.fetch = (...args) => {
    seen++
    return fetch(...args)
  }
  const listening = await listen(manager.app, { host: "127.0.0.1", port: 0 })
  await using _ = { [Symbol.asyncDispose]: () => listening.close() }
  const status = (token: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      const asked = request(`${listening.url}/v1/whoami`, { headers, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      asked.on("error", reject).end()
    })
  expect([await status("A".repeat(64 * 1024)), seen]).toEqual([431, 0])
  expect([await status("A".repeat(8 * 1024)), seen]).toEqual([401, 1])
  expect([await status(manager.token), seen]).toEqual([200, 2])
})

test("answers a client that is slow with its headers with 408, and others meanwhile", async () => {
  await using manager = await testManager()
  const limits = { headers: 100, request: 10_000, check: 20 }
  const listening = await listen(manager.app, { host: "127.0.0.1", port: 0, limits })
  await using _ = { [Symbol.asyncDispose]: () => listening.close() }
  const slow = connect({ host: "127.0.0.1", port: Number(new URL(listening.url).port) })
  slow.write("GET /health HTTP/1.1\r\nhost: a")
  expect((await fetch(`${listening.url}/health`)).status).toBe(200)
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /)
})
