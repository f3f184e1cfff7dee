import { describe, expect, test } from "vitest"
import { get, serveHandler } from "./serve.fixture.ts"

const bodyOf = (answer: string): string => answer.split("\r\n\r\n")[1] ?? ""

describe("request.url: it", () => {
  test.each<[string, string, string[], string]>([
    ["the Host header without a front", "/a?b=c", ["Host: example.com:81"], "http://example.com:81/a?b=c"],
    [
      "the forwarded host",
      "/",
      ["Host: 127.0.0.1:9", "X-Forwarded-Host: a.b.localhost:8443"],
      "http://a.b.localhost:8443/",
    ],
    ["the forwarded protocol", "/", ["Host: a.test", "X-Forwarded-Proto: HTTPS"], "https://a.test/"],
    [
      "the first of several",
      "/",
      ["Host: x", "X-Forwarded-Host: a.test, c.d", "X-Forwarded-Proto: https,http"],
      "https://a.test/",
    ],
    ["http for an unknown protocol", "/", ["Host: a.test", "X-Forwarded-Proto: javascript"], "http://a.test/"],
    ["a path with two slashes as a path", "//evil.example/x", ["Host: a.test"], "http://a.test//evil.example/x"],
    ["the path of an absolute target", "http://evil.example/x?y", ["Host: a.test"], "http://a.test/x?y"],
    ["an IPv6 host", "/", ["Host: [::1]:8080"], "http://[::1]:8080/"],
    ["an encoded path untouched", "/%2e%2F?q=%20", ["Host: a.test"], "http://a.test/%2e%2F?q=%20"],
  ])("is %s", async (_case, path, headers, expected) => {
    await using server = await serveHandler(
      async (request) => new Response(request.url, { headers: { "content-length": String(request.url.length) } }),
    )
    expect(bodyOf(await server.raw(get(path, ...headers)))).toBe(expected)
  })

  test.each(["user:secret@a.b", "a.b/path", "a b", "a.b:port", "a.b?x"])("answers 400 to the host %j", async (host) => {
    await using server = await serveHandler(async () => new Response("reached"))
    expect(await server.raw(get("/", `Host: ${host}`))).toMatch(/^HTTP\/1\.1 400 /)
  })

  test("is the connection's address when HTTP/1.0 sends no host", async () => {
    await using server = await serveHandler(async (request) => new Response(request.url))
    expect(bodyOf(await server.raw("GET /x HTTP/1.0\r\n\r\n"))).toBe(`http://127.0.0.1:${server.port}/x`)
  })
})
