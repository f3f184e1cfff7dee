import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { connect } from "node:tls"
import fc from "fast-check"
import { expect, test } from "vitest"
import { readHello } from "./client-hello.ts"

/** The first bytes of a real client. */
async function hello(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, servername })
  client.on("error", () => {})
  const [socket] = await once(server, "connection")
  const [bytes] = await once(socket, "data")
  client.destroy()
  socket.destroy()
  server.close()
  return bytes
}

test("finds the host that a client asks for, in lower case", async () => {
  expect(readHello(await hello("API.shop.localhost"))).toEqual({ kind: "tls", servername: "api.shop.localhost" })
  expect(readHello(await hello(""))).toEqual({ kind: "tls", servername: undefined })
})

test("waits for the rest: no part of a ClientHello is taken for a whole one", async () => {
  const bytes = await hello("api.shop.localhost")
  for (let length = 0; length < bytes.length; length++)
    expect(readHello(bytes.subarray(0, length))).toEqual({ kind: "incomplete" })
})

test("whatever a client sends, it neither fails nor runs on", async () => {
  const bytes = await hello("api.shop.localhost")
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
      const changed = Buffer.from(bytes)
      for (const [at, value] of changes) changed[at] = value
      expect(["incomplete", "tls", "other"]).toContain(readHello(changed).kind)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      readHello(Buffer.concat([Buffer.from([22, 3, 1, 0, random.length]), random]))
    }),
  )
})
