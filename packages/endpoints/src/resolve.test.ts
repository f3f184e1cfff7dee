import { type HostPlan, NodeHandle, Ref } from "@alienplatform/engine"
import { describe, expect, test } from "vitest"
import { neededProbes } from "./probe-request.ts"
import { resolveConnect, resolveHost, resolvePort, resolveText } from "./resolve.ts"
import { row } from "./testing/rows.ts"

const host = new Ref<string>("api/api", "host", "exists")
const port = new Ref<number>("api/api", "port", "exists")
const withHost = (value: unknown, changes = {}) => row("api/api", { attributes: { host: value }, ...changes })

describe("resolving a reference: it", () => {
  test("takes a known value as it is", () => {
    expect(resolveText("x", [])).toBe("x")
    expect(resolvePort(8443, [])).toBe(8443)
  })

  test("is nothing without an object or its answer", () => {
    expect(resolveText(host, [])).toBeUndefined()
    expect(resolveText(host, [row("api/api")])).toBeUndefined()
  })

  test("takes the newest object's answer", () => {
    expect(resolveText(host, [withHost("new", { incarnation: 2 }), withHost("old")])).toBe("new")
  })

  test("keeps the one before until the newest has answered", () => {
    expect(resolveText(host, [withHost("old"), row("api/api", { incarnation: 2, status: "due" })])).toBe("old")
  })

  test("never takes a doomed object's or a twin's", () => {
    const rows = [withHost("doomed", { doomed: true }), withHost("twin", { incarnation: 2, twin: true })]
    expect(resolveText(host, rows)).toBeUndefined()
  })

  test("takes no host that is not text and no port that is not one", () => {
    expect(resolveText(host, [withHost(7)])).toBeUndefined()
    expect(resolveText(host, [withHost("")])).toBeUndefined()
    for (const value of [0, 65536, 1.5, "443"])
      expect(resolvePort(port, [row("api/api", { attributes: { port: value } })])).toBeUndefined()
  })

  test("wants both address and port to connect", () => {
    const probe = { connect: { address: host, port }, method: "GET", path: "/", expect: "success" as const }
    expect(resolveConnect(probe, [withHost("x")])).toBeUndefined()
    const both = [row("api/api", { attributes: { host: "x", port: 443 } })]
    expect(resolveConnect(probe, both)).toEqual({ address: "x", port: 443 })
  })

  test("writes hosts in lower case", () => {
    expect(resolveHost({ host: "API.Example.com", port: 443, kind: "custom", target: [] }, [])).toBe("api.example.com")
  })
})

describe("neededProbes: it", () => {
  const target = [new NodeHandle<never>("api/process")]
  const plan = (hosts: HostPlan[]) => ({
    ...{ resource: "api", endpoint: "default", protocol: "http", front: "x", exposure: "internet" },
    hosts,
  })
  const probed: HostPlan = {
    host,
    port: 443,
    kind: "provider",
    target,
    probe: {
      connect: { address: host, port },
      method: "GET",
      path: "/health",
      expect: "success",
      certificateAuthority: "PEM",
    },
  }
  const rows = [row("api/process"), row("api/api", { attributes: { host: "x.example.com", port: 443 } })]
  const needed = (hosts: HostPlan[], of = rows) => neededProbes([plan(hosts)] as Parameters<typeof neededProbes>[0], of)

  test("asks every host that is known and has something to serve it, once", () => {
    expect(needed([probed, probed])).toEqual([
      {
        key: "x.example.com:443",
        host: "x.example.com",
        port: 443,
        connect: { address: "x.example.com", port: 443 },
        method: "GET",
        path: "/health",
        expect: "success",
        certificateAuthority: "PEM",
      },
    ])
  })

  test("asks nothing without a probe, a host or an object of every target node", () => {
    const { probe: _, ...without } = probed
    expect(needed([without])).toEqual([])
    expect(needed([probed], [row("api/process")])).toEqual([])
    expect(needed([probed], rows.slice(1))).toEqual([])
  })
})
