import { once } from "node:events"
import { expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

test.each([
  ["behind a forwarded port", `${HOST}:9000`, "9000", `${HOST}:9000`],
  ["on the port of https", HOST, "443", HOST],
  ["with an empty port", `${HOST}:`, "443", HOST],
])(
  "a client %s is told to the app with its own port, over HTTP/1.1, HTTP/2 and upgrades",
  async (_what, authority, port, told) => {
    await using gateway = await openTestGateway()
    const upstream = await gateway.upstream((request, response) => response.end(JSON.stringify(request.headers)))
    await gateway.serve(await gateway.route(HOST, [upstream]))
    const upgrade = { host: authority, connection: "upgrade", upgrade: "echo" }
    for (const answer of [
      await gateway.get(HOST, "/", { headers: { host: authority } }),
      await gateway.get2(HOST, "/", { headers: { ":authority": authority } }),
      await gateway.get(HOST, "/", { headers: upgrade }),
    ])
      expect(JSON.parse(answer.body)).toMatchObject({
        host: told,
        "x-forwarded-host": told,
        "x-forwarded-port": port,
        "x-forwarded-proto": "https",
        forwarded: `for=127.0.0.1;host="${told}";proto=https`,
      })
  },
)

test("a target in absolute form says which port was used, not Host", async () => {
  await using gateway = await openTestGateway()
  await gateway.app((request, response) => response.end(`${request.headers["x-forwarded-port"]}!`))
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(`GET https://${HOST}:9000/ HTTP/1.1\r\nhost: ${HOST}:1\r\n\r\n`)
  expect(String(await once(socket, "data"))).toMatch(/9000!$/)
  socket.destroy()
})
