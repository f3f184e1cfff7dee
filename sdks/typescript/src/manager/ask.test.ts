import { createServer } from "node:net"
import { describe, expect, test } from "vitest"
import { answering, startInfoServer } from "../testing/info-server.ts"
import { type Answer, type AskOptions, ask } from "./ask.ts"

const BODY = { resources: { api: { resourceType: "worker", publicUrl: "https://api.example.com" } } }
const FAILED: Answer = { type: "failed", retryAfterMs: 0 }

async function asked(answer: Parameters<typeof startInfoServer>[0], options?: AskOptions) {
  await using manager = await startInfoServer(answer)
  const came = await ask({ infoUrl: `${manager.url}/info`, token: "s3cret" }, options)
  return { came, requests: manager.requests }
}

describe("asking the manager: it", () => {
  test("sends one GET with the token, and reads what it tells", async () => {
    const { came, requests } = await asked(answering(BODY))
    expect(requests).toEqual([{ method: "GET", path: "/info", authorization: "Bearer s3cret" }])
    expect(came.type === "told" && came.info.get("API")?.publicUrl).toBe("https://api.example.com")
  })

  test.each([401, 403, 404])("is refused by %i", async (status) => {
    expect((await asked(answering({}, status))).came).toEqual({ type: "refused", status })
  })

  test.each([400, 408, 429, 500, 502, 503])("may ask again after %i", async (status) => {
    expect((await asked(answering(BODY, status))).came).toEqual(FAILED)
  })

  test.each([429, 503])("tells how long %i asked to wait", async (status) => {
    const { came } = await asked((response) => response.writeHead(status, { "retry-after": "90" }).end())
    expect(came).toEqual({ type: "failed", retryAfterMs: 90_000 })
  })

  test.each([301, 302, 307, 308])("follows no %i, so the token goes nowhere else", async (status) => {
    await using other = await startInfoServer(answering(BODY))
    const { came } = await asked((response) => response.writeHead(status, { location: other.url }).end())
    expect(came).toEqual(FAILED)
    expect(other.requests).toEqual([])
  })

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["resources that are none", `{"resources":[]}`],
    ["a resource without a type", `{"resources":{"api":{}}}`],
    [
      "an endpoint without a host",
      `{"resources":{"api":{"resourceType":"worker","publicEndpoints":{"a":{"url":"https://a.example.com"}}}}}`,
    ],
    ["endpoints that are a text", `{"resources":{"api":{"resourceType":"worker","endpoints":"a"}}}`],
    ["an empty body", ""],
  ])("ignores %s", async (_case, body) => {
    expect((await asked(answering(body))).came).toEqual(FAILED)
  })

  test("ignores bytes that are no UTF-8", async () => {
    const { came } = await asked((response) => response.end(Buffer.from([0x7b, 0xff, 0x7d])))
    expect(came).toEqual(FAILED)
  })

  test("stops reading an answer that does not end", async () => {
    let written = 0
    const { came } = await asked((response) => {
      const chunk = Buffer.alloc(64 * 1024, " ")
      const write = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        response.once("drain", write)
      }
      write()
    })
    expect(came).toEqual(FAILED)
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  test.each(["before the headers", "after the headers"])("gives up at the deadline %s", async (moment) => {
    const deadline = new AbortController()
    const { came } = await asked(
      (response) => {
        if (moment === "after the headers") response.write(`{"resources":`)
        deadline.abort()
      },
      { deadline: () => deadline.signal },
    )
    expect(came).toEqual(FAILED)
  })

  test("fails where nothing listens", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => server.once("listening", resolve))
    const address = server.address()
    await new Promise((resolve) => server.close(resolve))
    const port = typeof address === "object" && address ? address.port : 0
    expect(await ask({ infoUrl: `http://127.0.0.1:${port}/info`, token: "s3cret" })).toEqual(FAILED)
  })

  test("fails with a token that no header can carry", async () => {
    expect(await ask({ infoUrl: "http://127.0.0.1/info", token: "s3cret\n" })).toEqual(FAILED)
  })
})
