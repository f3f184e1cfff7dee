import { blueprint, CUSTOMER_CERTIFICATE, FIRST, Laboratory } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Hooks, Moment } from "./testing/bench.ts"

const DAY = 24 * 3_600_000
const settled = async () => {
  const laboratory = new Laboratory()
  await laboratory.converge("first")
  return laboratory
}

/** Rules of the shared listener by host, as they are in the cloud at this moment. */
const rules = (laboratory: Laboratory): Record<string, { backend: string }> =>
  Object.assign({}, ...laboratory.cloud.ofKind("listener").map((listener) => listener.props.rules))

/** The name that we give to the first object of a node. */
const nameOf = (node: string): string => blueprint(FIRST).nodes.get(node)?.name ?? ""

/** Stands for an object that somebody else made. */
const foreign = (laboratory: Laboratory, kind: string, name: string, props = {}) =>
  laboratory.cloud.insert({ id: name, kind, name, props: { made: "by somebody else", ...props } })

describe("each invariant of the design", () => {
  test("1 observe first: no object is created that was not looked for in the same run, unless its parent was just made", async () => {
    const laboratory = new Laboratory()
    const looked = new Set<string>()
    const unseen: string[] = []
    await laboratory.converge("first", ({ what, when, name }) => {
      if (what !== "call") return
      const [verb, kind = ""] = name.split(" ")
      if (verb === "read" && when === "before") looked.add(kind)
      if (verb === "create" && kind === "domain" && when === "after") looked.add("mapping")
      if (verb === "create" && when === "before" && !looked.has(kind)) unseen.push(kind)
    })
    expect(unseen).toEqual([])
  })

  test("2 a call is on record, open, before it leaves", async () => {
    const laboratory = new Laboratory()
    const unrecorded: string[] = []
    await laboratory.converge("first", async ({ what, when, name, mutating }) => {
      if (what !== "call" || when !== "before" || !mutating) return
      const [verb, kind = ""] = name.split(" ")
      const rows = await laboratory.store.rows()
      const recorded = rows.some(
        (row) => row.type.toLowerCase().endsWith(`.${kind}`) && row.call?.open && row.call.verb === verb,
      )
      if (!recorded) unrecorded.push(name)
    })
    expect(unrecorded).toEqual([])
  })

  test("3 own or refuse: what somebody else made under our name is refused and left alone", async () => {
    const laboratory = new Laboratory()
    const network = foreign(laboratory, "network", nameOf("_stack/network"), { range: "10.9.0.0/16" })
    const role = foreign(laboratory, "role", nameOf("api/role"), { policy: [] })
    role.owner = { installation: "ins_other", deployment: "dep_other", node: "api/role", incarnation: 1 }
    const theirs = () => JSON.stringify([network, role].map(({ id }) => laboratory.cloud.existing(id)))
    const before = theirs()
    const { outcome, rows } = await laboratory.run("first")
    expect(outcome).toBe("failed")
    for (const node of ["_stack/network", "api/role"]) {
      expect(rows.find((row) => row.node === node)).toMatchObject({
        state: { status: "parked", why: { code: "name_taken" } },
      })
    }
    await laboratory.converge("nothing")
    expect(theirs()).toBe(before)
  })

  test("4 a release never drops a host: kept hosts have a rule at every moment of an update", async () => {
    const laboratory = await settled()
    const dropped: string[] = []
    await laboratory.converge("second", ({ name }) => {
      for (const host of ["api.example.com", "admin.example.com"]) {
        if (!(host in rules(laboratory))) dropped.push(`${host} at ${name}`)
      }
    })
    expect(dropped).toEqual([])
  })

  test("5 a second run makes only reads", async () => {
    const laboratory = await settled()
    const { writes } = laboratory.store
    const moments: string[] = []
    const before = laboratory.mutations
    await laboratory.run("first", ({ name }) => void moments.push(name))
    expect(laboratory.mutations).toBe(before)
    expect(laboratory.store.writes).toBe(writes)
    expect(moments.filter((name) => !name.startsWith("read"))).toEqual([])
  })

  test("6 the successor is usable before the old one goes: every rule points at a backend that is there", async () => {
    const laboratory = await settled()
    const dangling: string[] = []
    await laboratory.converge("second", ({ name }) => {
      for (const [host, { backend }] of Object.entries(rules(laboratory))) {
        if (!laboratory.cloud.existing(backend)) dangling.push(`${host} at ${name}`)
      }
    })
    expect(dangling).toEqual([])
  })

  test("7 deletes complete or are listed: what is still there has a row until it is gone", async () => {
    const laboratory = await settled()
    const unlisted: string[] = []
    const customers = laboratory.customers()
    await laboratory.converge("nothing", async ({ what, when, name }) => {
      if (what !== "write" || when !== "after") return
      const known = new Set((await laboratory.store.rows()).map((row) => row.id ?? row.name))
      for (const { id, kind } of laboratory.cloud.objects.values()) {
        if (kind !== "certificate" && laboratory.cloud.existing(id) && !known.has(id)) unlisted.push(`${id} at ${name}`)
      }
    })
    expect(unlisted).toEqual([])
    expect(laboratory.inventory()).toEqual({})
    expect(laboratory.customers()).toBe(customers)
  })

  test("8 a person is not a timeout: a certificate that is issued after a month is waited for", async () => {
    const laboratory = new Laboratory({ certificate: "pending" })
    let result = await laboratory.run("first")
    for (let look = 0; look < 20; look += 1) {
      await laboratory.clock.advance(1.5 * DAY)
      result = await laboratory.run("first")
    }
    expect(result.outcome).toBe("waiting")
    expect(result.dueAt).not.toBeNull()
    expect(result.rows.find((row) => row.node === "_stack/certificate")).toMatchObject({
      state: { status: "waiting", why: { on: "person" } },
    })
    const certificate = laboratory.cloud.existing(CUSTOMER_CERTIFICATE)
    if (certificate) certificate.props.status = "issued"
    expect((await laboratory.converge("first")).outcome).toBe("settled")
  })

  test("9 one run at a time, fenced: a process that slept past its lease sends nothing any more", async () => {
    const laboratory = new Laboratory()
    const asleep = Promise.withResolvers<void>()
    const awake = Promise.withResolvers<void>()
    const sent: string[] = []
    let sleeping = false
    const first = laboratory.run("first", async (moment: Moment) => {
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
    await laboratory.clock.advance(600_000)
    await laboratory.converge("first")
    sent.length = 0
    awake.resolve()
    expect(await ended).toBe("lease_lost")
    expect(sent).toEqual([])
  })

  test("10 branches are independent: one that is refused holds back no other", async () => {
    const laboratory = new Laboratory()
    foreign(laboratory, "role", nameOf("web/role"), { policy: [] })
    const hooks: Hooks = () => {}
    const { rows, outcome } = await laboratory.run("first", hooks)
    const status = (node: string) => rows.find((row) => row.node === node)?.state.status
    expect(outcome).toBe("failed")
    expect(status("web/role")).toBe("parked")
    expect(["api/mapping/root", "api/mapping/hooks", "admin/mapping/root", "admin/mapping/hooks"].map(status)).toEqual(
      Array(4).fill("settled"),
    )
  })
})
