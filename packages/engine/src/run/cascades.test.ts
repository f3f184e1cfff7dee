import { type CloudCall, refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
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
  const takesAlong = (deployment: TinyDeployment) => ({
    after: ({ verb, kind }: CloudCall) => {
      if (verb !== "delete" || kind !== "gateway") return
      for (const { id, props } of deployment.objects("route"))
        if (!deployment.cloud.existing(String(props.to))) deployment.cloud.objects.delete(id)
    },
  })

  test("is deleted by one call for all of them", async () => {
    const deployment = new TinyDeployment([Gateway, Route, User])
    await deployment.converge(build("a", "b"))
    const { mutations } = deployment.cloud
    expect((await deployment.converge(null, { trouble: takesAlong(deployment) })).outcome).toBe("destroyed")
    expect(deployment.objects("route")).toEqual([])
    expect(deployment.cloud.mutations - mutations).toBe(3)
    expect(deployment.store.events.filter(({ event }) => event === "gone_with_its_parent")).toHaveLength(2)
  })

  test("is not deleted before what uses its children", async () => {
    const deployment = new TinyDeployment([Gateway, Route, User])
    await deployment.converge(build("a"))
    const seen: string[] = []
    const { after } = takesAlong(deployment)
    await deployment.converge(null, {
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
    const deployment = new TinyDeployment([Gateway, Route, User])
    await deployment.converge(build("a", "b"))
    await deployment.converge(build("a"))
    expect(deployment.objects("route").map(({ id }) => id)).toEqual(["tiny-api-gateway/a"])
  })

  test("is not deleted while one of its children still serves", async () => {
    const Old = tiny("gateway", { cascades: true, replaceOn: ["color"] })
    const SlowUser = tiny("slow", {}, { settleMs: 30_000 })
    const release = (color: string) => (graph: Graph) => {
      const gateway = graph.add(Old, "api/gateway", { color })
      const route = graph.add(Route, "api/route", { to: gateway.ref("id"), key: "k" })
      // Is changed at last, after what takes its time.
      const slow = graph.add(SlowUser, "api/slow", { color })
      graph.add(User, "api/user", { to: route.ref("id") }, { after: [slow] })
    }
    const deployment = new TinyDeployment([Old, Route, User, SlowUser])
    await deployment.converge(release("blue"))
    const wrong: string[] = []
    const { after } = takesAlong(deployment)
    await deployment.converge(release("green"), {
      trouble: {
        after: (call) => {
          after(call)
          const to = String(deployment.cloud.existing("tiny-api-user")?.props.to)
          if (!deployment.cloud.existing(to)) wrong.push(`${to} is gone and used`)
        },
      },
    })
    expect(wrong).toEqual([])
    expect(deployment.onlyObject("route").id).toBe("tiny-api-gateway-2/k")
  })

  test("takes no children of others along that are made for it", async () => {
    const Domain = tiny("domain", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })
    /** Lies in the domain, and has to be made anew for another gateway. */
    const Mapping = tiny(
      "mapping",
      { identity: { by: "parent", of: "to", key: ["key"] }, replaceOn: ["color"] },
      { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
    )
    const deployment = new TinyDeployment([Gateway, Domain, Mapping])
    await deployment.converge((graph) => {
      const gateway = graph.add(Gateway, "api/gateway", {})
      const domain = graph.add(Domain, "api/domain", { key: "host" })
      graph.add(Mapping, "api/mapping", { to: domain.ref("id"), key: "k", color: gateway.ref("id") })
    })
    await deployment.converge((graph) => void graph.add(Domain, "api/domain", { key: "host" }))
    expect(deployment.objects("mapping")).toEqual([])
  })

  test("lets its children go by themselves where it cannot be deleted", async () => {
    const deployment = new TinyDeployment([Gateway, Route, User])
    await deployment.converge(build("a"))
    const before = ({ verb, kind }: CloudCall) => {
      if (verb === "delete" && kind === "gateway") throw refusal("denied", "not for you")
    }
    const first = await deployment.run(null, { trouble: { before } })
    await deployment.clock.advance(Math.max(0, (first.dueAt ?? 0) - deployment.clock.now()))
    await deployment.run(null, { trouble: { before } })
    expect(deployment.objects("route")).toEqual([])
    expect(deployment.objects("gateway")).toHaveLength(1)
  })
})
