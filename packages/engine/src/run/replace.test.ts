import type { Interference } from "@alienplatform/simulator-memory"
import { Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const RETIRE = 20_000

const Backend = tiny(
  "backend",
  { identity: { by: "assigned" }, replaceOn: ["color"], retireAfter: RETIRE },
  { address: "assigned", settlesIn: 10_000, usedBy: ["host"] },
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
  const trial = new Trial([Backend, Host])
  await trial.converge(release("blue"))
  return trial
}

/** Looks around each call, when it leaves and when it took effect. */
const watch = (look: () => void): Interference => ({ before: look, after: look })

describe("a release", () => {
  test("never drops a host nor points it at something that is not ready", async () => {
    const trial = await opened()
    const wrong: string[] = []
    const look = () => {
      const host = trial.objects("host")[0]
      const backend = trial.cloud.objects.get(String(host?.props.to))
      if (!host) wrong.push("no host")
      else if (!backend || backend.goneAt !== undefined) wrong.push(`${host.id} points at nothing`)
      else if (backend.readyAt > trial.clock.now()) wrong.push(`${backend.id} is not ready`)
    }
    await trial.converge(release("green"), { trouble: watch(look) })
    expect(wrong).toEqual([])
    expect(trial.only("backend").props.color).toBe("green")
    expect(trial.only("host").props.to).toBe(trial.only("backend").id)
  })

  test("keeps the old object for retireAfter once nothing depends on it", async () => {
    const trial = await opened()
    let switched: number | undefined
    let deleted: number | undefined
    await trial.converge(release("green"), {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "update" && kind === "host") switched = trial.clock.now()
          if (verb === "delete" && kind === "backend") deleted = trial.clock.now()
        },
      },
    })
    expect((deleted ?? 0) - (switched ?? 0)).toBeGreaterThanOrEqual(RETIRE)
  })

  test("gives names that carry the incarnation from the second on", async () => {
    const trial = await opened()
    expect(trial.only("backend").name).toBe("tiny-api-backend")
    await trial.converge(release("green"))
    expect(trial.only("backend").name).toBe("tiny-api-backend-2")
  })

  test("removes the host that it no longer has and leaves the others alone", async () => {
    const trial = await opened()
    await trial.converge(release("blue", ["a", "b"]))
    const { version } = trial.objects("host")[0] ?? {}
    await trial.converge(release("blue", ["a"]))
    expect(trial.only("host")).toMatchObject({ id: "a", version })
  })

  test("deletes first what cannot stand side by side under one key, and nothing else", async () => {
    const trial = await opened()
    const steps: string[] = []
    await trial.converge(release("blue", ["a"], 2), {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && steps.push(`${verb} ${kind}`)) },
    })
    expect(steps).toEqual(["delete host", "create host"])
    expect(trial.only("host").props).toMatchObject({ key: "a", size: 2 })
  })
})

describe("a rollback", () => {
  /** Until the second backend is there, but not ready. */
  const halfway = async () => {
    const trial = await opened()
    const stop = new AbortController()
    await trial.run(release("green"), {
      signal: stop.signal,
      trouble: { after: ({ verb }) => void (verb === "create" && stop.abort()) },
    })
    expect(trial.objects("backend")).toHaveLength(2)
    return trial
  }

  test("before the old object is doomed revives it", async () => {
    const trial = await opened()
    const { id } = trial.only("backend")
    const half = await halfway()
    await half.converge(release("blue"))
    expect(half.only("backend")).toMatchObject({ id, props: { color: "blue" } })
    expect(half.only("host").props.to).toBe(id)
  })

  test("after it is doomed makes a third one", async () => {
    const trial = await opened()
    await trial.run(release("green"), {
      trouble: {
        before: async ({ verb, kind }) => {
          if (verb === "delete" && kind === "backend") throw new Error("away")
        },
      },
    })
    const old = (await trial.store.rows()).find((row) => row.node === "api/backend" && row.incarnation === 1)
    expect(old?.doomed).toBe(true)
    await trial.converge(release("blue"))
    expect(trial.only("backend")).toMatchObject({ name: "tiny-api-backend-3", props: { color: "blue" } })
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
  const trial = new Trial([Broken, Host])
  const build = (color: string) => (graph: Graph) => {
    const backend = graph.add(Broken, "api/backend", { color })
    graph.add(Host, "api/host/a", { key: "a", to: backend.ref("id"), size: 1 })
  }
  await trial.converge(build("blue"))
  const { id } = trial.only("backend")
  expect((await trial.run(build("green"))).outcome).toBe("failed")
  expect(trial.only("host").props.to).toBe(id)
  expect(trial.cloud.objects.has(id)).toBe(true)
  await trial.converge(build("blue"))
  expect(trial.only("backend").id).toBe(id)
})

describe("what leaves slowly", () => {
  const Stream = tiny(
    "stream",
    { identity: { by: "assigned" }, replaceOn: ["color"], reads: { first: 100, cap: 5_000 } },
    { address: "assigned", deletesIn: 90_000 },
  )
  const streams = (color: string) => (graph: Graph) => void graph.add(Stream, "api/stream", { color })

  test("it does not hold the run up, and is seen gone by a later one", async () => {
    const trial = new Trial([Stream])
    await trial.converge(streams("blue"))
    const begun = trial.clock.now()
    const result = await trial.run(streams("green"))
    expect(result.outcome).toBe("settled")
    expect(trial.clock.now() - begun).toBeLessThan(5_000)
    expect(result.rows.filter(({ doomed }) => doomed)).toHaveLength(1)
    expect(result.dueAt).toBeGreaterThan(trial.clock.now())
    await trial.converge(streams("green"))
    expect(trial.objects("stream").map(({ props }) => props.color)).toEqual(["green"])
  })

  test("it does not keep the next release waiting", async () => {
    const trial = new Trial([Stream])
    for (const color of ["blue", "green"]) await trial.run(streams(color))
    const begun = trial.clock.now()
    expect((await trial.run(streams("red"))).outcome).toBe("settled")
    expect(trial.clock.now() - begun).toBeLessThan(5_000)
  })
})
