import { blueprint, CUSTOMER_CERTIFICATE, FIRST, MemoryBench } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Hook, Moment } from "./testing/bench.ts"

const DAY = 24 * 3_600_000
const settled = async () => {
  const bench = new MemoryBench()
  await bench.converge("first")
  return bench
}

/** Rules of the shared listener by host, as they are in the cloud at this moment. */
const rules = (bench: MemoryBench): Record<string, { backend: string }> =>
  Object.assign({}, ...bench.cloud.ofKind("listener").map((listener) => listener.props.rules))

/** The name that we give to the first object of a node. */
const nameOf = (node: string): string => blueprint(FIRST).nodes.get(node)?.name ?? ""

/** Stands for an object that somebody else made. */
const foreign = (bench: MemoryBench, kind: string, name: string, props = {}) =>
  bench.cloud.insert({ id: name, kind, name, props: { made: "by somebody else", ...props } })

describe("each invariant of the design", () => {
  test("1 observe first: no object is created that was not looked for in the same run, unless its parent was just made", async () => {
    const bench = new MemoryBench()
    const looked = new Set<string>()
    const unseen: string[] = []
    await bench.converge("first", ({ what, when, name }) => {
      if (what !== "call") return
      const [verb, kind = ""] = name.split(" ")
      if (verb === "read" && when === "before") looked.add(kind)
      if (verb === "create" && kind === "domain" && when === "after") looked.add("mapping")
      if (verb === "create" && when === "before" && !looked.has(kind)) unseen.push(kind)
    })
    expect(unseen).toEqual([])
  })

  test("2 a call is on record, open, before it leaves", async () => {
    const bench = new MemoryBench()
    const unrecorded: string[] = []
    await bench.converge("first", async ({ what, when, name, mutating }) => {
      if (what !== "call" || when !== "before" || !mutating) return
      const [verb, kind = ""] = name.split(" ")
      const rows = await bench.store.rows()
      const recorded = rows.some(
        (row) => row.type.toLowerCase().endsWith(`.${kind}`) && row.call?.open && row.call.verb === verb,
      )
      if (!recorded) unrecorded.push(name)
    })
    expect(unrecorded).toEqual([])
  })

  test("3 own or refuse: what somebody else made under our name is refused and left alone", async () => {
    const bench = new MemoryBench()
    const network = foreign(bench, "network", nameOf("_stack/network"), { range: "10.9.0.0/16" })
    const role = foreign(bench, "role", nameOf("api/role"), { policy: [] })
    role.owner = { installation: "ins_other", deployment: "dep_other", node: "api/role", incarnation: 1 }
    const theirs = () => JSON.stringify([network, role].map(({ id }) => bench.cloud.existing(id)))
    const before = theirs()
    const { outcome, rows } = await bench.run("first")
    expect(outcome).toBe("failed")
    for (const node of ["_stack/network", "api/role"]) {
      expect(rows.find((row) => row.node === node)).toMatchObject({
        state: { status: "parked", why: { code: "name_taken" } },
      })
    }
    await bench.converge("nothing")
    expect(theirs()).toBe(before)
  })

  test("4 a release never drops a host: kept hosts have a rule at every moment of an update", async () => {
    const bench = await settled()
    const dropped: string[] = []
    await bench.converge("second", ({ name }) => {
      for (const host of ["api.example.com", "admin.example.com"]) {
        if (!(host in rules(bench))) dropped.push(`${host} at ${name}`)
      }
    })
    expect(dropped).toEqual([])
  })

  test("5 a second run makes only reads", async () => {
    const bench = await settled()
    const { writes } = bench.store
    const moments: string[] = []
    const before = bench.mutations
    await bench.run("first", ({ name }) => void moments.push(name))
    expect(bench.mutations).toBe(before)
    expect(bench.store.writes).toBe(writes)
    expect(moments.filter((name) => !name.startsWith("read"))).toEqual([])
  })

  test("6 the successor is usable before the old one goes: every rule points at a backend that is there", async () => {
    const bench = await settled()
    const dangling: string[] = []
    await bench.converge("second", ({ name }) => {
      for (const [host, { backend }] of Object.entries(rules(bench))) {
        if (!bench.cloud.existing(backend)) dangling.push(`${host} at ${name}`)
      }
    })
    expect(dangling).toEqual([])
  })

  test("7 deletes complete or are listed: what is still there has a row until it is gone", async () => {
    const bench = await settled()
    const unlisted: string[] = []
    const customers = bench.customers()
    await bench.converge("nothing", async ({ what, when, name }) => {
      if (what !== "write" || when !== "after") return
      const known = new Set((await bench.store.rows()).map((row) => row.id ?? row.name))
      for (const { id, kind } of bench.cloud.objects.values()) {
        if (kind !== "certificate" && bench.cloud.existing(id) && !known.has(id)) unlisted.push(`${id} at ${name}`)
      }
    })
    expect(unlisted).toEqual([])
    expect(bench.inventory()).toEqual({})
    expect(bench.customers()).toBe(customers)
  })

  test("8 a person is not a timeout: a certificate that is issued after a month is waited for", async () => {
    const bench = new MemoryBench({ certificate: "pending" })
    let result = await bench.run("first")
    for (let look = 0; look < 20; look += 1) {
      await bench.clock.advance(1.5 * DAY)
      result = await bench.run("first")
    }
    expect(result.outcome).toBe("waiting")
    expect(result.dueAt).not.toBeNull()
    expect(result.rows.find((row) => row.node === "_stack/certificate")).toMatchObject({
      state: { status: "waiting", why: { on: "person" } },
    })
    const certificate = bench.cloud.existing(CUSTOMER_CERTIFICATE)
    if (certificate) certificate.props.status = "issued"
    expect((await bench.converge("first")).outcome).toBe("settled")
  })

  test("9 one run at a time, fenced: a process that slept past its lease sends nothing any more", async () => {
    const bench = new MemoryBench()
    const asleep = Promise.withResolvers<void>()
    const awake = Promise.withResolvers<void>()
    const sent: string[] = []
    let sleeping = false
    const first = bench.run("first", async (moment: Moment) => {
      if (sleeping && moment.what === "call" && moment.when === "before" && moment.mutating) sent.push(moment.name)
      if (moment.what === "write" && moment.when === "after") {
        sleeping = true
        asleep.resolve()
      }
      if (sleeping) await awake.promise
    })
    const ended = first.then(
      () => "went on",
      (error: { code: string }) => error.code,
    )
    await asleep.promise
    await bench.clock.advance(600_000)
    await bench.converge("first")
    sent.length = 0
    awake.resolve()
    expect(await ended).toBe("lease_lost")
    expect(sent).toEqual([])
  })

  test("10 branches are independent: one that is refused holds back no other", async () => {
    const bench = new MemoryBench()
    foreign(bench, "role", nameOf("web/role"), { policy: [] })
    const hooks: Hook = () => {}
    const { rows, outcome } = await bench.run("first", hooks)
    const status = (node: string) => rows.find((row) => row.node === node)?.state.status
    expect(outcome).toBe("failed")
    expect(status("web/role")).toBe("parked")
    expect(["api/mapping/root", "api/mapping/hooks", "admin/mapping/root", "admin/mapping/hooks"].map(status)).toEqual(
      Array(4).fill("settled"),
    )
  })
})
