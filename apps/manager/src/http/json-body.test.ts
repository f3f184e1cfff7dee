import { request } from "node:http"
import { expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"
import { MAX_JSON_BYTES } from "./json-body.ts"
import { listen } from "./listen.ts"

interface Sent {
  method: string
  path: string
  /** Absent: not even a length is sent. Each is one chunk. */
  chunks?: readonly string[]
}

/** Over a socket, so that the server's own Request is what the app gets. */
async function send({ app, token }: TestManager, { method, path, chunks }: Sent) {
  const listening = await listen(app, { host: "127.0.0.1", port: 0 })
  try {
    return await new Promise<{ status: number | undefined; code?: string }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(chunks ? { "content-type": "application/json", "transfer-encoding": "chunked" } : {}),
      }
      const asked = request(`${listening.url}${path}`, { method, headers, agent: false }, async (response) => {
        const { code } = JSON.parse(Buffer.concat(await response.toArray()).toString())
        resolve({ status: response.statusCode, ...(code === undefined ? {} : { code }) })
      })
      asked.on("error", reject)
      if (!chunks) asked.removeHeader("transfer-encoding")
      for (const chunk of chunks ?? []) asked.write(chunk)
      asked.end()
    })
  } finally {
    await listening.close()
  }
}

async function deployment(manager: TestManager): Promise<string> {
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  return body.deployment.id
}

test("takes a request without any body", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await deployment(manager)
  for (const request of ["retry", "redeploy"])
    expect(await send(manager, { method: "POST", path: `/v1/deployments/${id}/${request}` })).toEqual({ status: 200 })
})

test("says what is wrong with a request whose body is missing, or that has no route", async () => {
  await using manager = await testManager()
  const missing = await send(manager, { method: "POST", path: "/v1/deployments" })
  expect(missing).toEqual({ status: 400, code: "request_invalid" })
  const nowhere = await send(manager, { method: "DELETE", path: "/v1/deployments" })
  expect(nowhere).toEqual({ status: 404, code: "not_found" })
})

test("takes a body in chunks, and counts it", async () => {
  await using manager = await testManager()
  const chunks = ['{"name":"shop",', '"platform":"test","hold":true}']
  expect(await send(manager, { method: "POST", path: "/v1/deployments", chunks })).toEqual({ status: 201 })
  const large = await send(manager, { method: "POST", path: "/v1/releases", chunks: ["x".repeat(MAX_JSON_BYTES), "x"] })
  expect(large).toEqual({ status: 413, code: "request_too_large" })
})
