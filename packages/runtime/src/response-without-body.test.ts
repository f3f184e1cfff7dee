import { describe, expect, test } from "vitest"
import { serving } from "./serve.fixture.ts"

const STATUSES = [204, 205, 304] as const
const LENGTHS = [undefined, "0", "5", "many"] as const
const CODINGS = [undefined, "gzip"] as const
const CONNECTIONS = ["keep-alive", "close"] as const

interface Case {
  method: "GET" | "HEAD" | "POST"
  status: number
  length: string | undefined
  coding: string | undefined
  /** A bundled implementation may have one where the standard's constructor refuses. */
  withBody: boolean
}

const cases: Case[] = (["GET", "HEAD", "POST"] as const).flatMap((method) =>
  [...STATUSES, 200].flatMap((status) =>
    method !== "HEAD" && status === 200
      ? []
      : LENGTHS.flatMap((length) =>
          CODINGS.flatMap((coding) =>
            [false, true].map((withBody): Case => ({ method, status, length, coding, withBody })),
          ),
        ),
  ),
)

/** What may stand in content-length (RFC 9110 8.6, 15.3.6, 15.4.5; RFC 9112 6.3). */
function expectedLength({ status, length, coding, withBody }: Case): string | undefined {
  if (status === 204) return undefined
  if (status === 205) return "0"
  if (status === 200 && withBody && coding !== undefined) return undefined // The body has not told whether it is coded.
  return length === "many" ? undefined : length
}

describe("an answer without a body: it", () => {
  test.each(CONNECTIONS)("ends with its head, and the connection is %s", async (connection) => {
    for (const one of cases) {
      const { method, status, length, coding, withBody } = one
      const cancelled = Promise.withResolvers<void>()
      const body = withBody ? new ReadableStream({ cancel: () => cancelled.resolve() }) : null
      const headers = new Headers({ "x-case": "1" })
      if (length !== undefined) headers.set("content-length", length)
      if (coding !== undefined) headers.set("content-encoding", coding)
      await using server = await serving(async ({ url }) =>
        url.endsWith("/next")
          ? new Response("next")
          : ({ status, statusText: "", headers, body, url: "" } as unknown as Response),
      )
      const upload = method === "POST" ? "content-length: 4\r\n\r\nbody" : "\r\n"
      const next = connection === "close" ? "" : "GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
      const answer = await server.raw(
        `${method} / HTTP/1.1\r\nhost: a\r\nconnection: ${connection}\r\n${upload}${next}`,
      )
      const [head = "", ...rest] = answer.split("\r\n\r\n")
      const said = JSON.stringify({ ...one, head })
      expect(head, said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(/^content-length: (.*)$/im.exec(head)?.[1]?.trim(), said).toBe(expectedLength(one))
      expect(head, said).not.toMatch(/transfer-encoding: chunked.*content-length/is)
      if (status !== 200) expect(head, said).not.toMatch(/transfer-encoding/i)
      if (connection === "close") expect(rest, said).toEqual([""])
      else expect(rest.join("\r\n\r\n"), said).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nnext$/s)
      if (withBody) await cancelled.promise
      expect(server.failures, said).toEqual([])
    }
  })
})
