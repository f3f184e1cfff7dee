import type { EndpointReport } from "@alienplatform/core"
import { type EndpointPlan, type HostPlan, NodeHandle, type ObjectRow, Ref } from "@alienplatform/engine"
import { describe, expect, test } from "vitest"
import type { JudgeInput } from "./judge.ts"
import { judgeEndpoint } from "./judge.ts"
import type { ProbeResult } from "./probe-result.ts"
import { type RowChanges, row } from "./testing/rows.ts"

const START = Date.parse("2026-01-01T00:00:00Z")
const MINUTE = 60_000
const HOST = "api.dev.localhost"

const hostPlan = (changes: Partial<HostPlan> = {}): HostPlan => ({
  host: HOST,
  port: 8443,
  kind: "provider",
  target: [new NodeHandle<never>("api/process"), new NodeHandle<never>("api/route")],
  probe: { connect: { address: "127.0.0.1", port: 8443 }, method: "GET", path: "/", expect: "any-answer" },
  ...changes,
})

const plan = (changes: Partial<EndpointPlan> = {}): EndpointPlan => ({
  resource: "api",
  endpoint: "default",
  protocol: "http",
  front: "local.gateway",
  exposure: "internet",
  hosts: [hostPlan()],
  ...changes,
})

const certificate = { sha256: "ab", hosts: [HOST], issuer: "CN=x", notBefore: "", notAfter: "" }
const ok: ProbeResult = { outcome: "ok", status: 200, certificate }
const bad: ProbeResult = {
  outcome: "failed",
  code: "probe_failed",
  message: "asking failed",
  observed: "ECONNREFUSED",
  phase: "connect",
}
const probes = (result: ProbeResult = ok, key = `${HOST}:8443`) => new Map<string, ProbeResult>([[key, result]])
const none = new Map<string, ProbeResult>()

const settled = [row("api/process"), row("api/route")]
const judge = (changes: Partial<JudgeInput> = {}): EndpointReport =>
  judgeEndpoint({
    plan: plan(),
    rows: settled,
    probes: probes(),
    previous: undefined,
    generation: 1,
    now: START,
    deleting: false,
    ...changes,
  })
const ready = judge()
const condition = (report: EndpointReport, type: string) => report.conditions.find((found) => found.type === type)
const process = (changes: RowChanges) => [row("api/process", changes), row("api/route")]
const crashed = { code: "workload_crashed", message: "exited with 1: boom" }

describe("judgeEndpoint: it", () => {
  test("is ready when the objects are settled and the app answered, with conditions in order", () => {
    expect(ready).toMatchObject({
      state: "ready",
      url: `https://${HOST}:8443`,
      host: HOST,
      port: 8443,
      providerUrl: `https://${HOST}:8443`,
      customUrl: null,
      certificate,
      everReady: true,
    })
    expect(ready.conditions.map(({ type, status, code }) => [type, status, code])).toEqual([
      ["target", "ok", null],
      ["reachable", "ok", null],
    ])
  })

  test("is ready with what the platform notices of its objects, as long as they are settled", () => {
    const notice = { code: "unhandled_errors", message: "it goes on after 3 errors", observed: 3, fix: "catch them" }
    const notices = [
      { ...notice, node: "other/process", message: "of another" },
      { ...notice, node: "api/process" },
    ]
    const report = judge({ notices })
    expect(report.state).toBe("ready")
    expect(condition(report, "target")).toMatchObject({ status: "ok", on: "vendor", ...notice })
    const { since } = condition(report, "target") ?? {}
    const later = judge({ notices, previous: report, now: START + MINUTE })
    expect(condition(later, "target")).toMatchObject({ since })
    expect(condition(judge({ previous: later }), "target")).toMatchObject({ status: "ok", code: null })
    const rows = process({ state: { status: "changing", why: null } })
    expect(condition(judge({ notices, rows }), "target")).toMatchObject({ code: "provisioning" })
  })

  test("is failed while what serves it exits again and again, though it answers between two exits", () => {
    const loop = { status: "parked", why: crashed, refused: null } as const
    const failed = {
      status: "failed",
      on: "vendor",
      code: "workload_crashed",
      message: "api/process: exited with 1: boom",
    }
    const report = judge({ rows: process({ state: loop }), previous: ready })
    expect(report.state).toBe("failed")
    expect(condition(report, "target")).toMatchObject(failed)
    // Of two replicas one serves.
    const { target, ...host } = hostPlan()
    const two = plan({ hosts: [{ ...host, target: [...target, { node: "api/process/2" }] }] as never })
    const second = row("api/process/2", { state: loop })
    expect(judge({ plan: two, rows: [...settled, second], previous: ready }).state).toBe("failed")
    expect(judge({ previous: report }).state).toBe("ready")
  })

  test("is provisioning before anything has been made, the URL known already", () => {
    const report = judge({ rows: [], probes: none })
    expect(report).toMatchObject({ state: "provisioning", url: `https://${HOST}:8443`, everReady: false })
    expect(condition(report, "target")).toMatchObject({ status: "waiting", on: "manager", code: "provisioning" })
    expect(condition(report, "reachable")).toMatchObject({ status: "waiting", code: "provisioning" })
  })

  test("leaves url and host null until a reference is answered", () => {
    const byRef = plan({ hosts: [hostPlan({ host: new Ref<string>("api/api", "host", "exists"), port: 443 })] })
    expect(judge({ plan: byRef, probes: none })).toMatchObject({
      url: null,
      host: null,
      state: "provisioning",
      hosts: [{ host: null, url: null }],
    })
    const rows = [...settled, row("api/api", { attributes: { host: "X.example.com" } })]
    const known = judge({ plan: byRef, rows, probes: probes(ok, "x.example.com:443") })
    expect(known).toMatchObject({ url: "https://x.example.com", host: "x.example.com", state: "ready" })
    expect(judge({ plan: byRef, rows: settled, probes: new Map(), previous: known })).toMatchObject({
      url: "https://x.example.com",
    })
  })

  test("reports the worst object: parked before waiting before changing before missing", () => {
    const reports = [
      [row("api/process", { status: "parked", why: crashed }), row("api/route", { status: "waiting" })],
      [
        row("api/process", { status: "changing" }),
        row("api/route", { status: "waiting", why: { ...crashed, on: "person" } }),
      ],
      [row("api/route", { status: "changing", why: { code: "throttled", message: "later" } })],
      [row("api/route")],
    ].map((rows) => condition(judge({ rows: rows as ObjectRow[], probes: none }), "target"))
    expect(reports).toMatchObject([
      { status: "failed", code: "workload_crashed", message: "api/process: exited with 1: boom", on: "vendor" },
      { status: "waiting", code: "workload_crashed" },
      { status: "waiting", code: "throttled", on: "provider" },
      { status: "waiting", code: "provisioning", message: "api/process has not been made yet" },
    ])
  })

  test("is failed while the workload crashes", () => {
    const report = judge({ rows: process({ status: "parked", why: crashed }), probes: probes(bad) })
    expect(report.state).toBe("failed")
  })

  test("is waiting while a person has to act, with what they have to do", () => {
    const why = {
      code: "denied",
      message: "no right",
      on: "person" as const,
      fix: "grant it",
      expected: "a",
      observed: "b",
    }
    const report = judge({ rows: process({ status: "waiting", why }), probes: none })
    expect(report.state).toBe("waiting")
    expect(condition(report, "target")).toMatchObject({
      on: "customer",
      fix: "grant it",
      expected: "a",
      observed: "b",
    })
  })

  test.each([
    ["quota", "person", "provider"],
    ["denied", "person", "customer"],
    ["invalid", undefined, "vendor"],
    ["missing", undefined, "manager"],
    ["of_a_newer_version", "person", "customer"],
    ["of_a_newer_version", "cloud", "provider"],
    ["of_a_newer_version", undefined, "manager"],
  ] as const)(
    "says who acts by the code, and only where that is unknown by how the row waits: %s, %s",
    (code, on, acts) => {
      const why = { code, message: "m", ...(on ? { on } : {}) }
      const report = judge({ rows: process({ status: "parked", why }), probes: none })
      expect(condition(report, "target")).toMatchObject({ status: "failed", code, on: acts })
    },
  )

  test("gives a starting workload five minutes before it asks the vendor", () => {
    const why = { code: "probe_failed", message: "not ready", on: "gate" as const }
    const rows = process({ status: "waiting", why })
    const first = judge({ rows, probes: none })
    expect(first.state).toBe("provisioning")
    const later = judge({ rows, probes: none, previous: first, now: START + 5 * MINUTE })
    expect(later.state).toBe("waiting")
    expect(condition(later, "target")).toMatchObject({ on: "vendor", since: "2026-01-01T00:00:00.000Z" })
  })

  test("does not call an object settled while a call or operation is under way", () => {
    const report = judge({ rows: process({ operation: { value: { id: "op" }, since: 0 } }), probes: none })
    expect(condition(report, "target")).toMatchObject({ status: "waiting", code: "provisioning" })
  })

  test("keeps since while status and code stay, and counts the generation on", () => {
    const later = judge({ previous: ready, now: START + MINUTE, generation: 2 })
    expect(condition(later, "target")).toMatchObject({ since: "2026-01-01T00:00:00.000Z", observedGeneration: 2 })
    const changed = judge({ previous: ready, now: START + MINUTE, probes: probes(bad) })
    expect(condition(changed, "reachable")).toMatchObject({ since: "2026-01-01T00:01:00.000Z" })
  })

  test("stays ready with update_in_progress while the old object serves beside the new one", () => {
    const rows = [...settled, row("api/process", { incarnation: 2, status: "changing" })]
    const report = judge({ rows, previous: ready, generation: 2 })
    expect(report.state).toBe("ready")
    expect(condition(report, "target")).toMatchObject({ status: "ok", code: "update_in_progress" })
  })

  test("stays ready with update_failed and the reason when the new object is refused", () => {
    const rows = [...settled, row("api/process", { incarnation: 2, status: "parked", why: crashed })]
    const report = judge({ rows, previous: ready })
    expect(report.state).toBe("ready")
    expect(condition(report, "target")).toMatchObject({
      status: "ok",
      code: "update_failed",
      message: "the revision before serves; api/process: exited with 1: boom",
      on: "vendor",
    })
  })

  test("counts an update as failed once a gate has kept it waiting for too long, and takes it back when it is ready", () => {
    const gate = { code: "probe_failed", message: "no answer; last lines of the app: boom", on: "gate" } as const
    const waiting = row("api/process", { incarnation: 2, status: "waiting", why: gate })
    const rows = [...settled, waiting]
    const targetOf = (report: EndpointReport) => condition(report, "target")
    const first = judge({ rows, previous: ready, generation: 2 })
    expect(targetOf(first)).toMatchObject({ status: "ok", code: "update_in_progress" })
    const late = judge({ rows, previous: first, generation: 2, overdue: new Set([waiting.object]) })
    expect(late.state).toBe("ready")
    expect(targetOf(late)).toMatchObject({ status: "ok", code: "update_failed", on: "vendor" })
    expect(targetOf(late)?.message).toContain("the revision before serves; api/process: no answer; last lines")
    const changing = [...settled, row("api/process", { incarnation: 2, status: "changing" })]
    for (const again of [rows, changing])
      expect(targetOf(judge({ rows: again, previous: late, generation: 2 }))).toMatchObject({ code: "update_failed" })
    expect(targetOf(judge({ rows, previous: late, generation: 3 }))).toMatchObject({ code: "update_in_progress" })
    const done = [...settled, row("api/process", { incarnation: 2 })]
    expect(targetOf(judge({ rows: done, previous: late, generation: 2 }))).toMatchObject({ status: "ok", code: null })
  })

  test("does not call a first start failed, however long its gate waits", () => {
    const gate = { code: "probe_failed", message: "no answer", on: "gate" } as const
    const rows = process({ status: "waiting", why: gate, object: "obj_late" })
    const report = judge({ rows, probes: none, overdue: new Set(["obj_late"]) })
    expect(condition(report, "target")).toMatchObject({ status: "waiting", on: "vendor", code: "probe_failed" })
  })

  test("does not count a doomed object as serving", () => {
    const rows = [
      row("api/process", { doomed: true }),
      row("api/process", { incarnation: 2, status: "changing" }),
      row("api/route"),
    ]
    expect(condition(judge({ rows, probes: none }), "target")).toMatchObject({ status: "waiting" })
  })

  test("is ready during a change in place as long as the probe passes", () => {
    const rows = process({ status: "due" })
    expect(judge({ rows, previous: ready })).toMatchObject({ state: "ready" })
    expect(judge({ rows, previous: ready, probes: none })).toMatchObject({ state: "ready" })
    expect(judge({ rows, previous: ready, probes: probes(bad) })).toMatchObject({ state: "failed" })
    const first = judge({ rows })
    expect(first.state).toBe("provisioning")
  })

  test("comes back to ready after an outage during a change in place", () => {
    const rows = process({ status: "due" })
    const outage = judge({ rows, previous: ready, probes: probes(bad) })
    expect(judge({ rows, previous: outage })).toMatchObject({ state: "ready" })
  })

  test("sees a stopped workload and a healed one", () => {
    const stopped = judge({ previous: ready, probes: probes(bad) })
    expect(stopped).toMatchObject({ state: "failed", everReady: true, url: `https://${HOST}:8443` })
    expect(condition(stopped, "reachable")).toMatchObject({ code: "probe_failed", observed: "ECONNREFUSED" })
    expect(judge({ previous: stopped }).state).toBe("ready")
  })

  test("keeps what the last probe found when none was made", () => {
    expect(judge({ previous: ready, probes: none, generation: 2 })).toMatchObject({
      state: "ready",
      certificate,
    })
  })

  test("takes a probe that was given up for none", () => {
    expect(judge({ previous: ready, probes: probes({ outcome: "given_up" }) }).state).toBe("ready")
    expect(
      judge({ rows: process({ status: "due" }), previous: ready, probes: probes({ outcome: "given_up" }) }).state,
    ).toBe("ready")
  })

  test("lets a new name spread for ten minutes before a failing probe counts", () => {
    const first = judge({ probes: probes(bad) })
    expect(first.state).toBe("provisioning")
    expect(condition(first, "reachable")).toMatchObject({ status: "waiting", code: "probe_failed" })
    const soon = judge({ probes: probes(bad), previous: first, now: START + 9 * MINUTE })
    expect(soon.state).toBe("provisioning")
    const late = judge({ probes: probes(bad), previous: soon, now: START + 10 * MINUTE })
    expect(late.state).toBe("failed")
    expect(judge({ probes: probes(bad), previous: late, now: START + 11 * MINUTE }).state).toBe("failed")
  })

  test("does not blame the probe while the target was never ready", () => {
    const report = judge({ rows: process({ status: "changing" }), probes: probes(bad) })
    expect(condition(report, "reachable")).toMatchObject({ status: "waiting", code: "provisioning" })
  })

  test("says who acts on a failing probe", () => {
    const on = (result: ProbeResult, kind: "provider" | "custom" = "provider") => {
      const custom = plan({ hosts: [hostPlan({ kind })] })
      const previous = judge({ plan: custom })
      return condition(judge({ plan: custom, previous, probes: probes(result) }), "reachable")?.on
    }
    expect(on(bad)).toBe("provider")
    expect(on({ ...bad, phase: "answer" })).toBe("vendor")
    expect(on({ ...bad, code: "tls_invalid", phase: "handshake" })).toBe("provider")
    expect(on({ ...bad, code: "tls_invalid", phase: "handshake" }, "custom")).toBe("customer")
  })

  test("is ready with an unverified condition and a command where it cannot look", () => {
    const report = judge({
      probes: probes({ outcome: "not_possible", code: "probe_not_possible_from_here", message: "no route" }),
    })
    expect(report.state).toBe("ready")
    expect(condition(report, "reachable")).toMatchObject({
      status: "unverified",
      code: "probe_not_possible_from_here",
      fix: expect.stringContaining(`curl --show-error 'https://${HOST}:8443/'`),
    })
  })

  test("cannot tell from here when a private endpoint takes no connection", () => {
    const report = judge({ plan: plan({ exposure: "network" }), probes: probes(bad) })
    expect(condition(report, "reachable")).toMatchObject({ status: "unverified" })
  })

  test("omits reachable for a host without a probe", () => {
    const { probe: _, ...without } = hostPlan()
    const report = judge({ plan: plan({ protocol: "tcp", hosts: [{ ...without, port: 5432 }] }) })
    expect(report).toMatchObject({ state: "ready", url: `tcp://${HOST}:5432` })
    expect(report.conditions.map(({ type }) => type)).toEqual(["target"])
  })

  test("asks a tcp host for a connection, and tells how to look from elsewhere", () => {
    const tcp = plan({
      protocol: "tcp",
      hosts: [hostPlan({ port: 9443, probe: { kind: "tcp", connect: { address: "127.0.0.1", port: 9443 } } })],
    })
    const at = (result: ProbeResult) => judge({ plan: tcp, probes: probes(result, `${HOST}:9443`) })
    const connected = at({ outcome: "ok", status: null, certificate: null })
    expect(connected).toMatchObject({ state: "ready", url: `tcp://${HOST}:9443`, certificate: null })
    expect(condition(connected, "reachable")?.message).toBe(`${HOST} accepted a connection`)
    expect(at(bad).state).toBe("provisioning")
    const elsewhere = at({ outcome: "not_possible", code: "probe_not_possible_from_here", message: "no route" })
    expect(condition(elsewhere, "reachable")?.fix).toContain(`nc -vz '${HOST}' 9443`)
  })

  test("names the provider's URL until the custom host was ready once, then the custom one for good", () => {
    const custom = plan({ hosts: [hostPlan(), hostPlan({ host: "api.example.com", kind: "custom", port: 443 })] })
    const both = new Map([...probes(), ...probes(ok, "api.example.com:443")])
    const before = judge({ plan: custom, probes: new Map([...probes(), ...probes(bad, "api.example.com:443")]) })
    expect(before).toMatchObject({
      state: "provisioning",
      url: `https://${HOST}:8443`,
      customUrl: "https://api.example.com",
      everReady: true,
      hosts: [{ state: "ready" }, { state: "provisioning" }],
    })
    const after = judge({ plan: custom, probes: both, previous: before })
    expect(after).toMatchObject({ state: "ready", url: "https://api.example.com", port: 443 })
    const broken = new Map([...probes(), ...probes(bad, "api.example.com:443")])
    expect(judge({ plan: custom, probes: broken, previous: after })).toMatchObject({
      state: "failed",
      url: "https://api.example.com",
    })
  })

  test("starts afresh for another custom host", () => {
    const on = (host: string) => plan({ hosts: [hostPlan(), hostPlan({ host, kind: "custom", port: 443 })] })
    const old = judge({
      plan: on("old.example.com"),
      probes: new Map([...probes(), ...probes(ok, "old.example.com:443")]),
    })
    expect(old.url).toBe("https://old.example.com")
    expect(judge({ plan: on("new.example.com"), previous: old }).url).toBe(`https://${HOST}:8443`)
  })

  test("judges the part of a shared object that serves the host", () => {
    const shared = plan({ hosts: [hostPlan({ target: [new NodeHandle<never>("_stack/map", HOST)] })] })
    const part = { props: { a: 1 }, dependencies: {} }
    const state = (parts: ObjectRow["parts"]) => {
      const report = judge({ plan: shared, rows: [row("_stack/map", { parts })], probes: none })
      return condition(report, "target")
    }
    expect(state({ [HOST]: part })).toMatchObject({ status: "ok", code: null })
    expect(state({})).toMatchObject({ status: "waiting", code: "provisioning" })
    const why = { code: "name_taken", message: "somebody's" }
    expect(state({ [HOST]: { ...part, props: null, parked: "hash", why } })).toMatchObject({
      status: "failed",
      code: "name_taken",
      on: "customer",
    })
    expect(state({ [HOST]: { ...part, parked: "hash", why } })).toMatchObject({ status: "ok", code: "update_failed" })
  })

  test("reports entries of others in the objects that serve it", () => {
    const rows = [row("api/process"), row("api/route", { unmanaged: ["b", "a"] }), row("other", { unmanaged: ["c"] })]
    expect(judge({ rows }).unmanagedHosts).toEqual(["a", "b"])
  })

  test("reports where to connect and which authority to trust", () => {
    const probe = { ...hostPlan().probe, certificateAuthority: "PEM" } as HostPlan["probe"] & {}
    const report = judge({ plan: plan({ hosts: [hostPlan({ probe })] }), certificateAuthorityFile: "ca.crt" })
    expect(report.hosts[0]?.connect).toEqual({ address: "127.0.0.1", port: 8443, certificateAuthorityFile: "ca.crt" })
    expect(ready.hosts[0]?.connect).toEqual({ address: "127.0.0.1", port: 8443 })
  })

  test("carries scope and limits, and leaves them out where there are none", () => {
    expect(judge({ plan: plan({ scope: "this machine", limits: { requestSeconds: 30 } }) })).toMatchObject({
      scope: "this machine",
      limits: { requestSeconds: 30 },
      exposure: "internet",
      front: "local.gateway",
    })
    expect(ready).not.toHaveProperty("scope")
  })

  test("is deleting with its URL and without conditions once deletion was asked for", () => {
    const report = judge({ deleting: true, rows: [], previous: ready, probes: new Map() })
    expect(report).toMatchObject({ state: "deleting", url: ready.url, conditions: [], hosts: [{ state: "deleting" }] })
  })

  test("changes nothing of what it was given", () => {
    const before = JSON.stringify(ready)
    judge({ previous: ready, probes: probes(bad), now: START + MINUTE })
    expect(JSON.stringify(ready)).toBe(before)
  })
})
