import {
  type MemoryContext,
  refuse,
  type TinyAttributes,
  type TinyProps,
  Trial,
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
          throw refuse("conflict", "it changed meanwhile", { retryable: true })
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
    const trial = new Trial([Gateway, Thing])
    trial.cloud.insert({ id: "gateway", kind: "gateway", props: { color: "theirs", entries: THEIRS }, version: 7 })
    return trial
  }
  const entries = (trial: Trial) => trial.only("gateway").props.entries

  test("gets our entries beside the customer's", async () => {
    const trial = opened()
    await trial.converge(build("a", "b"))
    expect(entries(trial)).toEqual({ ...THEIRS, a: { target: "a" }, b: { target: "b" } })
    expect(trial.only("gateway")).toMatchObject({ owner: undefined, props: { color: "theirs" } })
  })

  test("loses the entries that are not wanted any more, and no others", async () => {
    const trial = opened()
    await trial.converge(build("a", "b"))
    await trial.converge(build("b"))
    expect(entries(trial)).toEqual({ ...THEIRS, b: { target: "b" } })
  })

  test("keeps its own when everything of ours is destroyed", async () => {
    const trial = opened()
    await trial.converge(build("a", "b"))
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(entries(trial)).toEqual(THEIRS)
    expect(trial.objects("thing")).toEqual([])
  })

  test("keeps its own when the node leaves the deployment", async () => {
    const trial = opened()
    await trial.converge(build("a"))
    await trial.converge((graph) => void graph.add(Thing, "web/thing", {}))
    expect(entries(trial)).toEqual(THEIRS)
    expect((await trial.store.rows()).map(({ node }) => node)).toEqual(["web/thing"])
  })

  test("refuses a key that the customer has, and takes the others", async () => {
    const trial = opened()
    const result = await trial.run(build("a", "theirs"))
    expect(result.outcome).toBe("failed")
    expect(entries(trial)).toEqual({ ...THEIRS, a: { target: "a" } })
    expect((await trial.row("_stack/gateway")).parts).toMatchObject({ theirs: { why: { code: "name_taken" } } })
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(entries(trial)).toEqual(THEIRS)
  })

  test("is waited for where it is not there, and never made", async () => {
    const trial = new Trial([Gateway, Thing])
    expect((await trial.run(build("a"))).outcome).toBe("waiting")
    expect(await trial.row("_stack/gateway")).toMatchObject({
      state: { status: "waiting", why: { code: "not_found", on: "person" } },
    })
    expect(trial.cloud.mutations).toBe(0)
    expect((await trial.converge(null)).outcome).toBe("destroyed")
  })

  test("is let go of when the customer has deleted it", async () => {
    const trial = opened()
    await trial.converge(build("a"))
    trial.cloud.objects.delete("gateway")
    expect((await trial.converge(null)).outcome).toBe("destroyed")
  })

  test("leaves nothing behind of an update that was never answered", async () => {
    const trial = opened()
    const stop = new AbortController()
    const after = ({ verb }: { verb: string }) => {
      if (verb !== "update") return
      stop.abort()
      throw new Error("connection reset")
    }
    await trial.run(build("a"), { signal: stop.signal, trouble: { after } })
    expect(entries(trial)).toMatchObject({ a: { target: "a" } })
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(entries(trial)).toEqual(THEIRS)
  })

  test("is shown in the plan as the customer's", async () => {
    const trial = opened()
    await trial.converge(build("a"))
    const { actions } = await trial.plan(null)
    expect(actions).toContainEqual(
      expect.objectContaining({ node: "_stack/gateway", action: "detach", of: "customer" }),
    )
  })
})
