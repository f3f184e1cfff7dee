import {
  type MemoryContext,
  refusal,
  type TinyAttributes,
  TinyDeployment,
  type TinyProps,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineBorrowed } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")

describe("a borrowed node", () => {
  /** The customer's gateway; we put entries of ours into it. */
  const Gateway = defineBorrowed<TinyProps, TinyAttributes, MemoryContext>({
    type: "tiny.gateway",
    parts: "entries",
    permissions: { read: [] },
    visibleWithin: 5_000,
    read: ({ cloud }) =>
      cloud.request("read", "gateway", () => {
        const found = cloud.existing("gateway")
        const props = found?.props as TinyProps | undefined
        return found && props
          ? {
              id: found.id,
              props: { entries: props.entries ?? {} },
              attributes: { id: found.id, address: "gateway.example" },
              version: String(found.version),
              status: "settled",
            }
          : undefined
      }),
    update: ({ cloud, props, observed }) =>
      cloud.request("update", "gateway", () => {
        const found = cloud.existing("gateway")
        if (!found || observed.version !== String(found.version))
          throw refusal("conflict", "it changed meanwhile", { retryable: true })
        found.props = { ...found.props, entries: props.entries }
        found.version += 1
      }),
  })
  const THEIRS = { theirs: { target: "customer" } }

  const build =
    (...hosts: string[]) =>
    (graph: Graph) => {
      const gateway = graph.add(Gateway, "_stack/gateway", {})
      for (const host of hosts) {
        const part = graph.part(gateway, host, { target: host })
        graph.add(Thing, `${host}/thing`, {}, { after: [part] })
      }
    }

  const opened = () => {
    const deployment = new TinyDeployment([Gateway, Thing])
    deployment.cloud.insert({ id: "gateway", kind: "gateway", props: { color: "theirs", entries: THEIRS }, version: 7 })
    return deployment
  }
  const entries = (deployment: TinyDeployment) => deployment.onlyObject("gateway").props.entries

  test("gets our entries beside the customer's", async () => {
    const deployment = opened()
    await deployment.converge(build("a", "b"))
    expect(entries(deployment)).toEqual({ ...THEIRS, a: { target: "a" }, b: { target: "b" } })
    expect(deployment.onlyObject("gateway")).toMatchObject({ owner: undefined, props: { color: "theirs" } })
  })

  test("loses the entries that are not wanted any more, and no others", async () => {
    const deployment = opened()
    await deployment.converge(build("a", "b"))
    await deployment.converge(build("b"))
    expect(entries(deployment)).toEqual({ ...THEIRS, b: { target: "b" } })
  })

  test("keeps its own when everything of ours is destroyed", async () => {
    const deployment = opened()
    await deployment.converge(build("a", "b"))
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(entries(deployment)).toEqual(THEIRS)
    expect(deployment.objects("thing")).toEqual([])
  })

  test("keeps its own when the node leaves the deployment", async () => {
    const deployment = opened()
    await deployment.converge(build("a"))
    await deployment.converge((graph) => void graph.add(Thing, "web/thing", {}))
    expect(entries(deployment)).toEqual(THEIRS)
    expect((await deployment.store.rows()).map(({ node }) => node)).toEqual(["web/thing"])
  })

  test("refuses a key that the customer has, and takes the others", async () => {
    const deployment = opened()
    const result = await deployment.run(build("a", "theirs"))
    expect(result.outcome).toBe("failed")
    expect(entries(deployment)).toEqual({ ...THEIRS, a: { target: "a" } })
    expect((await deployment.row("_stack/gateway")).parts).toMatchObject({ theirs: { why: { code: "name_taken" } } })
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(entries(deployment)).toEqual(THEIRS)
  })

  test("is waited for where it is not there, and never made", async () => {
    const deployment = new TinyDeployment([Gateway, Thing])
    expect((await deployment.run(build("a"))).outcome).toBe("waiting")
    expect(await deployment.row("_stack/gateway")).toMatchObject({
      state: { status: "waiting", why: { code: "not_found", on: "person" } },
    })
    expect(deployment.cloud.mutations).toBe(0)
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })

  test("is let go of when the customer has deleted it", async () => {
    const deployment = opened()
    await deployment.converge(build("a"))
    deployment.cloud.objects.delete("gateway")
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })

  test("leaves nothing behind of an update that was never answered", async () => {
    const deployment = opened()
    const stop = new AbortController()
    const after = ({ verb }: { verb: string }) => {
      if (verb !== "update") return
      stop.abort()
      throw new Error("connection reset")
    }
    await deployment.run(build("a"), { signal: stop.signal, trouble: { after } })
    expect(entries(deployment)).toMatchObject({ a: { target: "a" } })
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(entries(deployment)).toEqual(THEIRS)
  })

  test("is shown in the plan as the customer's", async () => {
    const deployment = opened()
    await deployment.converge(build("a"))
    const { actions } = await deployment.plan(null)
    expect(actions).toContainEqual(
      expect.objectContaining({ node: "_stack/gateway", action: "detach", of: "customer" }),
    )
  })
})
