import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, createServer as createTcpServer } from "node:net"
import { networkInterfaces } from "node:os"
import { expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const HAS_IPV6 = Object.values(networkInterfaces()).some((found) => found?.some(({ address }) => address === "::1"))

test.runIf(HAS_IPV6)(
  "an app that listens on ::1 alone gets requests, uploads of unknown length, upgrades and connections",
  async () => {
    await using gateway = await openTestGateway()
    const app = createServer(async (request, response) => response.end(`got ${(await request.toArray()).join("")}`))
    app.on("upgrade", (_request, socket) => {
      socket.on("error", () => {})
      socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\nupgraded")
    })
    app.listen(0, "::1")
    const wire = createTcpServer((socket) => socket.end("wire")).listen(0, "::1")
    await Promise.all([once(app, "listening"), once(wire, "listening")])
    const upstream = (server: typeof app | typeof wire) =>
      ({ port: (server.address() as AddressInfo).port, host: "::1" }) as const
    const port = await gateway.freePort()
    await gateway.serveTable({
      routes: [await gateway.route(HOST, [], { upstreams: [upstream(app)] })],
      ports: [gateway.tcpPort(port, [], { upstreams: [upstream(wire)] })],
    })

    const plain = gateway.request(HOST, "/")
    plain.end()
    const [answer] = await once(plain, "response")
    expect((await answer.toArray()).join("")).toBe("got ")

    const upload = gateway.request(HOST, "/", { method: "POST", headers: { "transfer-encoding": "chunked" } })
    upload.end("streamed")
    const [received] = await once(upload, "response")
    expect((await received.toArray()).join("")).toBe("got streamed")

    const upgrade = gateway.request(HOST, "/", { headers: { connection: "Upgrade", upgrade: "echo" } })
    upgrade.end()
    const [, socket, head] = await once(upgrade, "upgrade")
    expect(String(head) + (await socket.toArray()).join("")).toBe("upgraded")

    expect((await (await gateway.tcp(port)).toArray()).join("")).toBe("wire")
    app.close()
    wire.close()
  },
)
