import { type CloudCall, refuse, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

describe("an object whose children go with it", () => {
  const Gateway = tiny("gateway", { cascades: true })
  const Route = tiny(
    "route",
    { identity: { by: "parent", of: "to", key: ["key"] } },
    { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
  )
  const User = tiny("user")
  const build =
    (...keys: string[]) =>
    (graph: Graph) => {
      const gateway = graph.add(Gateway, "api/gateway", {})
      for (const key of keys) {
        const route = graph.add(Route, `api/route/${key}`, { to: gateway.ref("id"), key })
        graph.add(User, `api/user/${key}`, { to: route.ref("id") })
      }
    }
  /** The cloud takes the children along. */
  const takesAlong = (trial: Trial) => ({
    after: ({ verb, kind }: CloudCall) => {
      if (verb !== "delete" || kind !== "gateway") return
      for (const { id, props } of trial.objects("route"))
        if (!trial.cloud.existing(String(props.to))) trial.cloud.objects.delete(id)
    },
  })

  test("is deleted by one call for all of them", async () => {
    const trial = new Trial([Gateway, Route, User])
    await trial.converge(build("a", "b"))
    const { mutations } = trial.cloud
    expect((await trial.converge(null, { trouble: takesAlong(trial) })).outcome).toBe("destroyed")
    expect(trial.objects("route")).toEqual([])
    expect(trial.cloud.mutations - mutations).toBe(3)
    expect(trial.store.events.filter(({ event }) => event === "gone_with_its_parent")).toHaveLength(2)
  })

  test("is not deleted before what uses its children", async () => {
    const trial = new Trial([Gateway, Route, User])
    await trial.converge(build("a"))
    const seen: string[] = []
    const { after } = takesAlong(trial)
    await trial.converge(null, {
      trouble: {
        after: (call) => {
          after(call)
          if (call.verb === "delete") seen.push(call.kind)
        },
      },
    })
    expect(seen).toEqual(["user", "gateway"])
  })

  test("keeps the children that leave while it stays from being forgotten: they are deleted themselves", async () => {
    const trial = new Trial([Gateway, Route, User])
    await trial.converge(build("a", "b"))
    await trial.converge(build("a"))
    expect(trial.objects("route").map(({ id }) => id)).toEqual(["tiny-api-gateway/a"])
  })

  test("is not deleted while one of its children still serves", async () => {
    const Old = tiny("gateway", { cascades: true, replaceOn: ["color"] })
    const SlowUser = tiny("slow", {}, { settlesIn: 30_000 })
    const release = (color: string) => (graph: Graph) => {
      const gateway = graph.add(Old, "api/gateway", { color })
      const route = graph.add(Route, "api/route", { to: gateway.ref("id"), key: "k" })
      // Is changed at last, after what takes its time.
      const slow = graph.add(SlowUser, "api/slow", { color })
      graph.add(User, "api/user", { to: route.ref("id") }, { after: [slow] })
    }
    const trial = new Trial([Old, Route, User, SlowUser])
    await trial.converge(release("blue"))
    const wrong: string[] = []
    const { after } = takesAlong(trial)
    await trial.converge(release("green"), {
      trouble: {
        after: (call) => {
          after(call)
          const to = String(trial.cloud.existing("tiny-api-user")?.props.to)
          if (!trial.cloud.existing(to)) wrong.push(`${to} is gone and used`)
        },
      },
    })
    expect(wrong).toEqual([])
    expect(trial.only("route").id).toBe("tiny-api-gateway-2/k")
  })

  test("takes no children of others along that are made for it", async () => {
    const Domain = tiny("domain", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })
    /** Lies in the domain, and has to be made anew for another gateway. */
    const Mapping = tiny(
      "mapping",
      { identity: { by: "parent", of: "to", key: ["key"] }, replaceOn: ["color"] },
      { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
    )
    const trial = new Trial([Gateway, Domain, Mapping])
    await trial.converge((graph) => {
      const gateway = graph.add(Gateway, "api/gateway", {})
      const domain = graph.add(Domain, "api/domain", { key: "host" })
      graph.add(Mapping, "api/mapping", { to: domain.ref("id"), key: "k", color: gateway.ref("id") })
    })
    await trial.converge((graph) => void graph.add(Domain, "api/domain", { key: "host" }))
    expect(trial.objects("mapping")).toEqual([])
  })

  test("lets its children go by themselves where it cannot be deleted", async () => {
    const trial = new Trial([Gateway, Route, User])
    await trial.converge(build("a"))
    const before = ({ verb, kind }: CloudCall) => {
      if (verb === "delete" && kind === "gateway") throw refuse("denied", "not for you")
    }
    const first = await trial.run(null, { trouble: { before } })
    await trial.clock.advance(Math.max(0, (first.dueAt ?? 0) - trial.clock.now()))
    await trial.run(null, { trouble: { before } })
    expect(trial.objects("route")).toEqual([])
    expect(trial.objects("gateway")).toHaveLength(1)
  })
})
