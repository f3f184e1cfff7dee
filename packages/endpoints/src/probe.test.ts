import { createHash, X509Certificate } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import { type HttpProbeOptions, probeHost } from "./probe.ts"
import { createTestAuthority, type TestAuthority } from "./testing/certificates.ts"
import { tcpServer, tlsServer } from "./testing/servers.ts"

const host = "api.dev.localhost"
let authority: TestAuthority
let certificate: { cert: string; key: string }

beforeAll(async () => {
  authority = await createTestAuthority()
  certificate = await authority.issue(host)
})

const options = (port: number, changes: Partial<HttpProbeOptions> = {}): HttpProbeOptions => ({
  host,
  port,
  connect: { address: "127.0.0.1", port },
  method: "GET",
  path: "/health",
  expect: "any-answer",
  certificateAuthority: authority.certificate,
  timeoutMs: 5000,
  isFrontAnswer: ({ headers }) => "x-front" in headers,
  ...changes,
})

describe("probeHost: it", () => {
  test("asks with the final host name, in SNI and Host, at the given address", async () => {
    const seen: unknown[] = []
    await using server = await tlsServer(certificate, (request, response) => {
      seen.push(
        request.method,
        request.url,
        request.headers.host,
        "servername" in request.socket && request.socket.servername,
      )
      response.end("ok")
    })
    expect(await probeHost(options(server.port))).toMatchObject({ outcome: "ok", status: 200 })
    expect(seen).toEqual(["GET", "/health", `${host}:${server.port}`, host])
  })

  test("leaves the default port out of Host", async () => {
    let seen: string | undefined
    await using server = await tlsServer(certificate, (request, response) => {
      seen = request.headers.host
      response.end()
    })
    await probeHost(options(443, { connect: { address: "127.0.0.1", port: server.port } }))
    expect(seen).toBe(host)
  })

  test("reports the leaf that it verified", async () => {
    await using server = await tlsServer(certificate, (_, response) => response.end())
    const result = await probeHost(options(server.port))
    const sha256 = createHash("sha256").update(new X509Certificate(certificate.cert).raw).digest("hex")
    expect(result).toMatchObject({ certificate: { sha256, hosts: [host], issuer: "CN=Test Authority" } })
  })

  test("takes any answer of the app when no readiness probe is declared", async () => {
    await using server = await tlsServer(certificate, (_, response) => response.writeHead(500).end())
    expect(await probeHost(options(server.port))).toMatchObject({ outcome: "ok", status: 500 })
  })

  test("wants 2xx or 3xx for a declared readiness probe, and follows no redirect", async () => {
    const requests: string[] = []
    await using server = await tlsServer(certificate, (request, response) => {
      requests.push(request.url ?? "")
      if (request.url === "/moved") response.writeHead(302, { location: "/elsewhere" }).end()
      else response.writeHead(404).end()
    })
    expect(await probeHost(options(server.port, { expect: "success", path: "/moved" }))).toMatchObject({
      outcome: "ok",
      status: 302,
    })
    expect(await probeHost(options(server.port, { expect: "success" }))).toMatchObject({
      outcome: "failed",
      code: "probe_failed",
      observed: "status 404",
    })
    expect(requests).toEqual(["/moved", "/health"])
  })

  test("does not take the front's answer for the app's", async () => {
    await using server = await tlsServer(certificate, (_, response) =>
      response.writeHead(200, { "x-front": "1" }).end(),
    )
    expect(await probeHost(options(server.port))).toMatchObject({ code: "probe_failed", phase: "answer" })
  })

  test("refuses a certificate for another name", async () => {
    const other = await authority.issue("other.dev.localhost")
    await using server = await tlsServer(other, (_, response) => response.end())
    const result = await probeHost(options(server.port))
    expect(result).toMatchObject({ code: "tls_invalid", observed: "ERR_TLS_CERT_ALTNAME_INVALID" })
    expect(result).toHaveProperty("message", expect.stringContaining("other.dev.localhost"))
  })

  test("refuses an expired certificate", async () => {
    const expired = await authority.issue(host, { notAfter: new Date(Date.now() - 60_000) })
    await using server = await tlsServer(expired, (_, response) => response.end())
    expect(await probeHost(options(server.port))).toMatchObject({ code: "tls_invalid", observed: "CERT_HAS_EXPIRED" })
  })

  test("refuses an authority that nobody gave", async () => {
    await using server = await tlsServer(certificate, (_, response) => response.end())
    const { certificateAuthority: _, ...without } = options(server.port)
    expect(await probeHost(without)).toMatchObject({ code: "tls_invalid" })
    const stranger = await createTestAuthority()
    expect(await probeHost({ ...without, certificateAuthority: stranger.certificate })).toMatchObject({
      code: "tls_invalid",
    })
  })

  test("calls plain text on a TLS port invalid TLS", async () => {
    await using plain = await tcpServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"))
    expect(await probeHost(options(plain.port))).toMatchObject({ code: "tls_invalid", phase: "handshake" })
  })

  test("says what refused the connection", async () => {
    const closed = await tcpServer(() => {})
    await closed[Symbol.asyncDispose]()
    expect(await probeHost(options(closed.port))).toMatchObject({
      code: "probe_failed",
      phase: "connect",
      observed: "ECONNREFUSED",
    })
  })

  test("ends at its timeoutMs when nothing answers", async () => {
    await using server = await tlsServer(certificate, () => {})
    expect(await probeHost(options(server.port, { timeoutMs: 100 }))).toMatchObject({
      code: "probe_failed",
      message: expect.stringContaining("no answer within 100 ms"),
    })
  })

  test("reports a handshake that hangs as a failed probe, not as bad TLS", async () => {
    await using silent = await tcpServer(() => {})
    expect(await probeHost(options(silent.port, { timeoutMs: 100 }))).toMatchObject({ code: "probe_failed" })
  })

  test("closes its connection, also after giving up", async () => {
    const closed = Promise.withResolvers<void>()
    await using silent = await tcpServer((socket) => socket.resume().on("close", closed.resolve))
    await probeHost(options(silent.port, { timeoutMs: 100 }))
    await closed.promise
  })

  test("takes a stream that never ends as an answer", async () => {
    await using server = await tlsServer(certificate, (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n")
    })
    expect(await probeHost(options(server.port, { timeoutMs: 300 }))).toMatchObject({ outcome: "ok", status: 200 })
  })

  test("reads no more than 64 KiB of an answer", async () => {
    let read = 0
    await using server = await tlsServer(certificate, (_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(16_384, "a"))) {}
      }
      response.on("drain", more)
      more()
    })
    const result = await probeHost(
      options(server.port, {
        isFrontAnswer: ({ body }) => {
          read = body.length
          return false
        },
      }),
    )
    expect(result).toMatchObject({ outcome: "ok" })
    expect(read).toBe(65_536)
  })

  test("never connects to a metadata address, given as a number or hidden behind a name", async () => {
    for (const address of ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "2852039166", "0xa9fea9fe"])
      expect(await probeHost(options(443, { connect: { address, port: 443 } })), address).toMatchObject({
        outcome: "not_possible",
        code: "probe_not_possible_from_here",
      })
  })

  test("connects to a name of the cloud by resolving it", async () => {
    await using server = await tlsServer(certificate, (_, response) => response.end())
    const connect = { address: "localhost", port: server.port }
    expect(await probeHost(options(server.port, { connect }))).toMatchObject({ outcome: "ok" })
  })

  test("never rejects, whatever the path holds", async () => {
    expect(await probeHost(options(9, { path: "/\r\nx: y" }))).toMatchObject({ code: "probe_failed" })
  })

  test("gives up when told to, and then says nothing about the host", async () => {
    const giveUp = new AbortController()
    await using server = await tlsServer(certificate, () => giveUp.abort())
    const asked = { signal: giveUp.signal }
    expect(await probeHost(options(server.port, asked))).toEqual({ outcome: "given_up" })
    expect(await probeHost(options(server.port, asked))).toEqual({ outcome: "given_up" })
  })
})
