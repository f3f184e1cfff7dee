import { expect, test } from "vitest"
import type { NeededRecord } from "./records.ts"
import { ticketText } from "./text.ts"
import { zoneOf } from "./zone.ts"

const record = (type: string, name: string, value: string, more: Partial<NeededRecord> = {}): NeededRecord => ({
  ...{ resource: "api", endpoint: "web", type, name, value, purpose: "routing", status: "missing" },
  ...more,
})
const lines = (...records: NeededRecord[]) => zoneOf(records).trimEnd().split("\n")

test("writes absolute names, and a dot too many never", () => {
  expect(lines(record("CNAME", "api.example.com", "d-1.example.net"))).toEqual([
    "; api.web: routing, missing",
    "api.example.com. IN CNAME d-1.example.net.",
  ])
  expect(lines(record("cname", "*.example.com.", "d.example.net."))[1]).toBe("*.example.com. IN CNAME d.example.net.")
  expect(lines(record("MX", "example.com", "10 mail.example.com"))[1]).toBe("example.com. IN MX 10 mail.example.com.")
  expect(lines(record("A", "example.com", "203.0.113.9"))[1]).toBe("example.com. IN A 203.0.113.9")
})

test("quotes a text, escapes what would end it, and cuts it every 255 bytes", () => {
  expect(lines(record("TXT", "_x.example.com", 'a "b" \\ ü;'))[1]).toBe(
    '_x.example.com. IN TXT "a \\"b\\" \\\\ \\195\\188;"',
  )
  const [, line] = lines(record("TXT", "k.example.com", "x".repeat(600)))
  expect(line?.match(/"x+"/g)?.map(({ length }) => length - 2)).toEqual([255, 255, 90])
  expect(lines(record("TXT", "e.example.com", ""))[1]).toBe('e.example.com. IN TXT ""')
})

test("keeps everything on its line", () => {
  const hostile = record("A", "a\n$INCLUDE /etc/passwd", "1\n2", { purpose: "x\ny" })
  expect(lines(hostile)).toEqual([
    "; api.web: x\\010y, missing",
    "a\\010\\036INCLUDE\\032\\047etc\\047passwd. IN A 1\\0102",
  ])
  expect(ticketText("shop", [hostile]).split("\n")).toHaveLength(4)
})

test("comments on what has to go and on what a master file cannot say", () => {
  expect(lines(record("CNAME", "old.example.com", "d.example.net", { status: "remove" }))).toEqual([
    "; api.web: routing, to be removed",
    "; old.example.com. IN CNAME d.example.net.",
  ])
  expect(lines(record("ALIAS", "example.com", "d.example.net"))[1]).toBe("; example.com ALIAS d.example.net")
})

test("writes once what several endpoints need", () => {
  const txt = record("TXT", "_v.example.com", "token", { purpose: "ownership" })
  expect(lines(txt, { ...txt, endpoint: "hooks" })).toEqual([
    "; api.web, api.hooks: ownership, missing",
    '_v.example.com. IN TXT "token"',
  ])
})

test("says it in sentences, what has to be done first", () => {
  const done = record("CNAME", "a.example.com", "d.example.net", { status: "ok" })
  const text = ticketText("shop", [done, record("CNAME", "b.example.com", "d.example.net")])
  expect(text).toBe(
    [
      "DNS records of shop:",
      "",
      "- Create the CNAME record b.example.com with the value d.example.net (routing, for api.web).",
      "- Keep the CNAME record a.example.com with the value d.example.net (routing, for api.web).",
      "",
    ].join("\n"),
  )
  expect([ticketText("shop", []), zoneOf([])]).toEqual([
    "shop needs no record in DNS.\n",
    "; no endpoint needs a record\n",
  ])
})
