import type { Interference } from "@alienplatform/simulator-memory"
import { TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const RETIRE = 20_000

const Backend = tiny(
  "backend",
  { identity: { by: "assigned" }, replaceOn: ["color"], retireAfter: RETIRE },
  { address: "assigned", settleMs: 10_000, usedBy: ["host"] },
)
/** Pointed elsewhere in place; another size is another object under the same key. */
const Host = tiny(
  "host",
  { identity: { by: "key", of: ["key"] }, replaceOn: ["size"] },
  { address: ({ key }) => String(key) },
)

const release =
  (color: string, hosts: readonly string[] = ["a"], size = 1) =>
  (graph: Graph) => {
    const backend = graph.add(Backend, "api/backend", { color })
    for (const host of hosts) graph.add(Host, `api/host/${host}`, { key: host, to: backend.ref("id"), size })
  }

const opened = async () => {
  const deployment = new TinyDeployment([Backend, Host])
  await deployment.converge(release("blue"))
  return deployment
}

/** Looks around each call, when it leaves and when it took effect. */
const watch = (look: () => void): Interference => ({ before: look, after: look })

describe("a release", () => {
  test("never drops a host nor points it at something that is not ready", async () => {
    const deployment = await opened()
    const wrong: string[] = []
    const look = () => {
      const host = deployment.objects("host")[0]
      const backend = deployment.cloud.objects.get(String(host?.props.to))
      if (!host) wrong.push("no host")
      else if (!backend || backend.goneAt !== undefined) wrong.push(`${host.id} points at nothing`)
      else if (backend.readyAt > deployment.clock.now()) wrong.push(`${backend.id} is not ready`)
    }
    await deployment.converge(release("green"), { trouble: watch(look) })
    expect(wrong).toEqual([])
    expect(deployment.onlyObject("backend").props.color).toBe("green")
    expect(deployment.onlyObject("host").props.to).toBe(deployment.onlyObject("backend").id)
  })

  test("keeps the old object for retireAfter once nothing depends on it", async () => {
    const deployment = await opened()
    let switched: number | undefined
    let deleted: number | undefined
    await deployment.converge(release("green"), {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "update" && kind === "host") switched = deployment.clock.now()
          if (verb === "delete" && kind === "backend") deleted = deployment.clock.now()
        },
      },
    })
    expect((deleted ?? 0) - (switched ?? 0)).toBeGreaterThanOrEqual(RETIRE)
  })

  test("gives names that carry the incarnation from the second on", async () => {
    const deployment = await opened()
    expect(deployment.onlyObject("backend").name).toBe("tiny-api-backend")
    await deployment.converge(release("green"))
    expect(deployment.onlyObject("backend").name).toBe("tiny-api-backend-2")
  })

  test("removes the host that it no longer has and leaves the others alone", async () => {
    const deployment = await opened()
    await deployment.converge(release("blue", ["a", "b"]))
    const { version } = deployment.objects("host")[0] ?? {}
    await deployment.converge(release("blue", ["a"]))
    expect(deployment.onlyObject("host")).toMatchObject({ id: "a", version })
  })

  test("deletes first what cannot stand side by side under one key, and nothing else", async () => {
    const deployment = await opened()
    const steps: string[] = []
    await deployment.converge(release("blue", ["a"], 2), {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && steps.push(`${verb} ${kind}`)) },
    })
    expect(steps).toEqual(["delete host", "create host"])
    expect(deployment.onlyObject("host").props).toMatchObject({ key: "a", size: 2 })
  })
})

describe("a rollback", () => {
  /** Runs until the second backend exists but is not ready. */
  const halfway = async () => {
    const deployment = await opened()
    const stop = new AbortController()
    await deployment.run(release("green"), {
      signal: stop.signal,
      trouble: { after: ({ verb }) => void (verb === "create" && stop.abort()) },
    })
    expect(deployment.objects("backend")).toHaveLength(2)
    return deployment
  }

  test("before the old object is doomed revives it", async () => {
    const deployment = await opened()
    const { id } = deployment.onlyObject("backend")
    const half = await halfway()
    await half.converge(release("blue"))
    expect(half.onlyObject("backend")).toMatchObject({ id, props: { color: "blue" } })
    expect(half.onlyObject("host").props.to).toBe(id)
  })

  test("after it is doomed makes a third one", async () => {
    const deployment = await opened()
    await deployment.run(release("green"), {
      trouble: {
        before: async ({ verb, kind }) => {
          if (verb === "delete" && kind === "backend") throw new Error("away")
        },
      },
    })
    const old = (await deployment.store.rows()).find((row) => row.node === "api/backend" && row.incarnation === 1)
    expect(old?.doomed).toBe(true)
    await deployment.converge(release("blue"))
    expect(deployment.onlyObject("backend")).toMatchObject({ name: "tiny-api-backend-3", props: { color: "blue" } })
  })
})

test("a successor that never becomes usable never costs the old one", async () => {
  const Broken = tiny(
    "backend",
    { identity: { by: "assigned" }, replaceOn: ["color"] },
    {
      address: "assigned",
      status: ({ props }) =>
        props.color === "blue"
          ? "settled"
          : { broken: { code: "workload_crashed", message: "it crashed", heal: "none" } },
    },
  )
  const deployment = new TinyDeployment([Broken, Host])
  const build = (color: string) => (graph: Graph) => {
    const backend = graph.add(Broken, "api/backend", { color })
    graph.add(Host, "api/host/a", { key: "a", to: backend.ref("id"), size: 1 })
  }
  await deployment.converge(build("blue"))
  const { id } = deployment.onlyObject("backend")
  expect((await deployment.run(build("green"))).outcome).toBe("failed")
  expect(deployment.onlyObject("host").props.to).toBe(id)
  expect(deployment.cloud.objects.has(id)).toBe(true)
  await deployment.converge(build("blue"))
  expect(deployment.onlyObject("backend").id).toBe(id)
})

describe("what leaves slowly", () => {
  const Stream = tiny(
    "stream",
    { identity: { by: "assigned" }, replaceOn: ["color"], reads: { first: 100, cap: 5_000 } },
    { address: "assigned", deleteMs: 90_000 },
  )
  const streams = (color: string) => (graph: Graph) => void graph.add(Stream, "api/stream", { color })

  test("it does not hold the run up, and is seen gone by a later one", async () => {
    const deployment = new TinyDeployment([Stream])
    await deployment.converge(streams("blue"))
    const begun = deployment.clock.now()
    const result = await deployment.run(streams("green"))
    expect(result.outcome).toBe("settled")
    expect(deployment.clock.now() - begun).toBeLessThan(5_000)
    expect(result.rows.filter(({ doomed }) => doomed)).toHaveLength(1)
    expect(result.dueAt).toBeGreaterThan(deployment.clock.now())
    await deployment.converge(streams("green"))
    expect(deployment.objects("stream").map(({ props }) => props.color)).toEqual(["green"])
  })

  test("it does not keep the next release waiting", async () => {
    const deployment = new TinyDeployment([Stream])
    for (const color of ["blue", "green"]) await deployment.run(streams(color))
    const begun = deployment.clock.now()
    expect((await deployment.run(streams("red"))).outcome).toBe("settled")
    expect(deployment.clock.now() - begun).toBeLessThan(5_000)
  })
})
