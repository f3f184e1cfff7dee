import { afterAll, beforeAll, expect, test } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const NAME = "api.shop.localhost"
const HOST = `Host: ${NAME}\r\n`
const CHUNKS = "3\r\nabc\r\n0\r\n\r\n"

/** What is sent, and the status and code that RFC 9112 or 9110 asks for in the section named; no code: the app's answer. */
const REQUESTS: [what: string, section: string, request: string, status: number, code?: string][] = [
  // The request line.
  ["a plain request", "9112 3", `GET / HTTP/1.1\r\n${HOST}\r\n`, 200],
  ["an empty line before it", "9112 2.2", `\r\nGET / HTTP/1.1\r\n${HOST}\r\n`, 200],
  ["HTTP/1.0", "9112 2.3", `GET / HTTP/1.0\r\n${HOST}\r\n`, 200],
  ["HTTP/1.2", "9110 15.6.6", `GET / HTTP/1.2\r\n${HOST}\r\n`, 505, "http_version_not_supported"],
  ["HTTP/2.0", "9110 15.6.6", `GET / HTTP/2.0\r\n${HOST}\r\n`, 505, "http_version_not_supported"],
  ["HTTP/3.0", "9110 15.6.6", `GET / HTTP/3.0\r\n${HOST}\r\n`, 505, "http_version_not_supported"],
  ["HTTP/0.9", "9110 15.6.6", `GET / HTTP/0.9\r\n${HOST}\r\n`, 505, "http_version_not_supported"],
  ["no version", "9110 15.6.6", `GET /\r\n${HOST}\r\n`, 505, "http_version_not_supported"],
  ["a version without a number", "9112 2.3", `GET / HTTP/one\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["a version in lower case", "9112 2.3", `GET / http/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["a method in lower case", "9110 9.1", `get / HTTP/1.1\r\n${HOST}\r\n`, 501, "method_not_supported"],
  ["a method that nobody knows", "9110 9.1", `FROBNICATE / HTTP/1.1\r\n${HOST}\r\n`, 501, "method_not_supported"],
  ["a method that is no token", "9112 3.1", `G(T / HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["CONNECT", "9110 9.3.6", `CONNECT ${NAME}:443 HTTP/1.1\r\n${HOST}\r\n`, 501, "connect_not_supported"],
  ["two spaces, which may be taken for one", "9112 3", `GET  / HTTP/1.1\r\n${HOST}\r\n`, 200],
  ["a space in the target", "9112 3.2", `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["a control byte in the target", "9112 3.2", `GET /a\x01b HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],

  // Where it goes.
  ["the absolute form", "9112 3.2.2", `GET https://${NAME}/ HTTP/1.1\r\n${HOST}\r\n`, 200],
  ["the absolute form and another Host", "9112 3.2.2", `GET https://${NAME}/ HTTP/1.1\r\nHost: x.test\r\n\r\n`, 200],
  [
    "the absolute form and an empty Host",
    "9112 3.2",
    `GET https://${NAME}/ HTTP/1.1\r\nHost:\r\n\r\n`,
    400,
    "request_invalid",
  ],
  ["the absolute form and no Host", "9112 3.2", `GET https://${NAME}/ HTTP/1.1\r\n\r\n`, 400, "request_invalid"],
  [
    "the absolute form and two Hosts",
    "9112 3.2",
    `GET https://${NAME}/ HTTP/1.1\r\n${HOST}${HOST}\r\n`,
    400,
    "request_invalid",
  ],
  [
    "the absolute form and a bad Host",
    "9112 3.2",
    `GET https://${NAME}/ HTTP/1.1\r\nHost: a b\r\n\r\n`,
    400,
    "request_invalid",
  ],
  ["the absolute form in HTTP/1.0 without Host", "9112 3.2", `GET https://${NAME}/ HTTP/1.0\r\n\r\n`, 200],
  ["the absolute form without a path", "9112 3.2.1", `GET https://${NAME}?a HTTP/1.1\r\n${HOST}\r\n`, 200],
  [
    "the absolute form with a fragment",
    "9112 3.2.2",
    `GET https://${NAME}/#a HTTP/1.1\r\n${HOST}\r\n`,
    400,
    "request_invalid",
  ],
  [
    "the absolute form with a user",
    "9110 4.2.4",
    `GET https://me@${NAME}/ HTTP/1.1\r\n${HOST}\r\n`,
    400,
    "request_invalid",
  ],
  ["the absolute form without a host", "9110 4.2.2", `GET https:///x HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  [
    "the absolute form of another scheme",
    "9112 3.2.2",
    `GET ftp://${NAME}/ HTTP/1.1\r\n${HOST}\r\n`,
    400,
    "request_invalid",
  ],
  ["the authority form", "9112 3.2.3", `GET ${NAME}:443 HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["the asterisk form of GET", "9112 3.2.4", `GET * HTTP/1.1\r\n${HOST}\r\n`, 400, "request_invalid"],
  ["no Host", "9112 3.2", "GET / HTTP/1.1\r\n\r\n", 400, "request_invalid"],
  ["no Host in HTTP/1.0", "9112 3.2", "GET / HTTP/1.0\r\n\r\n", 400, "request_invalid"],
  ["an empty Host", "9112 3.2", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "request_invalid"],
  ["two Hosts", "9112 3.2", `GET / HTTP/1.1\r\n${HOST}Host: x.test\r\n\r\n`, 400, "request_invalid"],
  ["a Host in capitals", "9110 4.2.3", `GET / HTTP/1.1\r\nHOST: API.Shop.Localhost\r\n\r\n`, 200],
  ["a Host with a dot at its end", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}.\r\n\r\n`, 200],
  ["a Host with an empty port", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:\r\n\r\n`, 200],
  ["a Host with another port", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:9000\r\n\r\n`, 200],
  ["a Host with port 99999", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:99999\r\n\r\n`, 400, "request_invalid"],
  ["a Host with port 0", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:0\r\n\r\n`, 400, "request_invalid"],
  ["a Host with a port of letters", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:http\r\n\r\n`, 400, "request_invalid"],
  ["a Host with two ports", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}:1:2\r\n\r\n`, 400, "request_invalid"],
  ["a Host with a user", "9110 7.2", `GET / HTTP/1.1\r\nHost: me@${NAME}\r\n\r\n`, 400, "request_invalid"],
  ["a Host that is a URL", "9110 7.2", `GET / HTTP/1.1\r\nHost: https://${NAME}\r\n\r\n`, 400, "request_invalid"],
  ["a Host that is a list", "9110 7.2", `GET / HTTP/1.1\r\nHost: ${NAME}, x.test\r\n\r\n`, 400, "request_invalid"],
  ["a Host that nobody serves", "9110 15.5.5", "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n", 404, "route_unknown"],
  ["an address for a Host", "9110 7.2", "GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", 404, "route_unknown"],

  // Fields.
  ["an empty name", "9112 5", `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400, "request_invalid"],
  ["no colon", "9112 5", `GET / HTTP/1.1\r\n${HOST}x\r\n\r\n`, 400, "request_invalid"],
  ["a space before the colon", "9112 5.1", `GET / HTTP/1.1\r\n${HOST}X-A : x\r\n\r\n`, 400, "request_invalid"],
  ["a space before the first name", "9112 2.2", `GET / HTTP/1.1\r\n ${HOST}\r\n`, 400, "request_invalid"],
  ["a folded value", "9112 5.2", `GET / HTTP/1.1\r\n${HOST}X-A: x\r\n y\r\n\r\n`, 400, "request_invalid"],
  ["a bare line feed", "9112 2.2", `GET / HTTP/1.1\r\n${HOST}X-A: x\nX-B: y\r\n\r\n`, 400, "request_invalid"],
  ["a bare carriage return", "9112 2.2", `GET / HTTP/1.1\r\n${HOST}X-A: x\ry\r\n\r\n`, 400, "request_invalid"],
  ["a zero byte", "9110 5.5", `GET / HTTP/1.1\r\n${HOST}X-A: x\0y\r\n\r\n`, 400, "request_invalid"],
  ["a control byte", "9110 5.5", `GET / HTTP/1.1\r\n${HOST}X-A: x\x07y\r\n\r\n`, 400, "request_invalid"],
  ["a byte over 127", "9110 5.5", `GET / HTTP/1.1\r\n${HOST}X-A: x\xe9y\r\n\r\n`, 200],
  ["names that objects have", "9110 5.1", `GET / HTTP/1.1\r\n${HOST}__proto__: x\r\nconstructor: y\r\n\r\n`, 200],

  // The body.
  ["a length", "9112 6.2", `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`, 200],
  ["chunks", "9112 7.1", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`, 200],
  ["chunks in capitals", "9112 7", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: Chunked\r\n\r\n${CHUNKS}`, 200],
  [
    "chunks with a space behind",
    "9110 5.5",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked \r\n\r\n${CHUNKS}`,
    200,
  ],
  [
    "a coding below chunks",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n${CHUNKS}`,
    501,
    "transfer_coding_not_supported",
  ],
  [
    "a coding below chunks on two lines",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
    501,
    "transfer_coding_not_supported",
  ],
  [
    "identity below chunks",
    "9112 7",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: identity, chunked\r\n\r\n${CHUNKS}`,
    501,
    "transfer_coding_not_supported",
  ],
  [
    "chunks with a parameter",
    "9112 7",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked;a=b\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "chunks within chunks",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, chunked\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "chunks that are not last",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, gzip\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "a coding alone",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "identity alone",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: identity\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "no chunks but something like them",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "an empty coding",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "chunks and a tab before the colon",
    "9112 5.1",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding\t: chunked\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "chunks in HTTP/1.0",
    "9112 6.1",
    `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "chunks and a length",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${CHUNKS}`,
    400,
    "request_invalid",
  ],
  [
    "two lengths",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    400,
    "request_invalid",
  ],
  [
    "a list of lengths",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3, 3\r\n\r\nabc`,
    400,
    "request_invalid",
  ],
  [
    "a length with a sign",
    "9110 8.6",
    `POST / HTTP/1.1\r\n${HOST}Content-Length: +3\r\n\r\nabc`,
    400,
    "request_invalid",
  ],
  ["an empty length", "9110 8.6", `POST / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\nabc`, 400, "request_invalid"],
  [
    "a length in hexadecimal",
    "9110 8.6",
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x3\r\n\r\nabc`,
    400,
    "request_invalid",
  ],
  ["TE without chunks", "9110 10.1.4", `GET / HTTP/1.1\r\n${HOST}TE: trailers, gzip;q=0.5\r\n\r\n`, 200],
  ["TE with chunks", "9110 10.1.4", `GET / HTTP/1.1\r\n${HOST}TE: gzip, chunked\r\n\r\n`, 400, "request_invalid"],
]

let gateway: TestGateway
let seen = 0
beforeAll(async () => {
  gateway = await openTestGateway()
  await gateway.app((request, response) => {
    seen++
    request.resume().once("end", () => response.end("app"))
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function ask(request: string): Promise<string> {
  const socket = await gateway.tls(NAME)
  socket.on("error", () => {})
  socket.setEncoding("latin1").write(Buffer.from(request, "latin1"))
  let answer = ""
  for await (const text of socket) {
    answer += text
    if (answer.endsWith("\r\n\r\napp") || answer.endsWith("}\n")) break
  }
  return answer
}

test.each(REQUESTS)("%s (RFC %s) is answered as it says: %j", async (_what, _section, request, status, code) => {
  const before = seen
  const answer = await ask(request)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(/^x-alien-gateway: (.*)$/im.exec(answer)?.[1]).toBe(code)
  expect(seen - before).toBe(code === undefined ? 1 : 0)
  if (code !== undefined && code !== "route_unknown") expect(answer).toMatch(/^connection: close$/im)
})
