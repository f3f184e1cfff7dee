import { type MemoryContext, Trial, tiny } from "@alienplatform/simulator-memory"
import { beforeEach, describe, expect, test } from "vitest"
import { defineGate } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"

describe("a version that is keyed by what was last sent", () => {
  const Code = tiny("code", { lazy: ["secret"] })
  /** Published from the code as it is; another key is another version. */
  const Version = tiny("version", { replaceOn: ["key"] })
  const Alias = tiny("alias")

  const release =
    (color: string, secret = "a") =>
    (graph: Graph) => {
      const code = graph.add(Code, "api/code", { color, secret })
      const version = graph.add(Version, "api/version", { key: code.ref("$sent"), to: code.ref("id") })
      graph.add(Alias, "api/alias", { to: version.ref("id") })
    }

  test("is another one when other props were sent, and the switch comes after it", async () => {
    const trial = new Trial([Code, Version, Alias])
    await trial.converge(release("blue"))
    const first = trial.only("version").id
    const seen: string[] = []
    await trial.converge(release("green"), {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && seen.push(`${verb} ${kind}`)) },
    })
    expect(seen).toEqual(["update code", "create version", "update alias", "delete version"])
    expect(trial.only("version").id).not.toBe(first)
    expect(trial.only("alias").props.to).toBe(trial.only("version").id)
  })

  test("stays the same one when somebody changed the code by hand, which is changed back", async () => {
    const trial = new Trial([Code, Version, Alias])
    await trial.converge(release("blue"))
    const { id } = trial.only("version")
    trial.only("code").props.color = "by hand"
    await trial.converge(release("blue"))
    expect(trial.only("code").props.color).toBe("blue")
    expect(trial.only("version").id).toBe(id)
    expect(trial.only("version").version).toBe(1)
  })

  test("stays the same one when only what travels along has changed", async () => {
    const trial = new Trial([Code, Version, Alias])
    await trial.converge(release("blue", "a"))
    const { mutations } = trial.cloud
    expect((await trial.plan(release("blue", "b"))).summary).toMatchObject({ keep: 3 })
    await trial.converge(release("blue", "b"))
    expect(trial.cloud.mutations).toBe(mutations)
  })

  test("is planned as a replacement together with the change", async () => {
    const trial = new Trial([Code, Version, Alias])
    await trial.converge(release("blue"))
    const { actions } = await trial.plan(release("green"))
    expect(actions.map(({ node, action }) => [node, action])).toEqual([
      ["api/code", "update"],
      ["api/version", "replace"],
      ["api/alias", "update"],
    ])
    expect((await trial.plan(release("blue"))).summary).toMatchObject({ keep: 3 })
  })
})

describe("a value that a gate switches", () => {
  let healthy = true
  let passed: string[] = []
  /** Asks the service itself whether its new version is ready. */
  const Gate = defineGate<{ service: string; version: string }, { version: string }, MemoryContext>({
    type: "tiny.gate",
    permissions: { read: [] },
    async read({ props, cloud }) {
      await cloud.clock.until(cloud.clock.now() + 3_000)
      const passes = healthy && cloud.existing(props.service)?.props.color === props.version
      if (passes) passed.push(props.version)
      return {
        id: `gate/${props.version}`,
        props,
        attributes: { version: props.version },
        status: passes
          ? "settled"
          : { waiting: { on: "gate", code: "probe_failed", message: `${props.version} does not answer` } },
      }
    },
  })
  /** `color` is the version that runs, `to` the one that gets the requests. */
  const Service = tiny("service")

  const release = (version: string) => (graph: Graph) => {
    const service = graph.add(Service, "api/service", { color: version })
    const gate = graph.add(Gate, "api/gate", { service: service.ref("id", "exists"), version })
    const node = graph.nodes.get("api/service")
    if (node) node.props.to = gate.once(version, { until: "nobody" })
  }

  /** What the service was asked for, one after the other. */
  const history = async (trial: Trial, version: string) => {
    const seen: unknown[] = []
    const after = ({ verb, kind }: { verb: string; kind: string }) => {
      if (kind !== "service" || (verb !== "create" && verb !== "update")) return
      const { color, to } = trial.only("service").props
      seen.push(`${color} runs, ${to} gets requests`)
    }
    await trial.run(release(version), { trouble: { after } })
    return seen
  }

  beforeEach(() => {
    healthy = true
    passed = []
  })

  test("is the one until the gate passes and the other from then on", async () => {
    const trial = new Trial([Service, Gate])
    expect(await history(trial, "v1")).toEqual(["v1 runs, nobody gets requests", "v1 runs, v1 gets requests"])
    expect((await trial.run(release("v1"))).outcome).toBe("settled")
    expect(passed).toEqual(["v1"])
  })

  test("stays as last sent while the gate is asked about the next version", async () => {
    const trial = new Trial([Service, Gate])
    await trial.converge(release("v1"))
    expect(await history(trial, "v2")).toEqual(["v2 runs, v1 gets requests", "v2 runs, v2 gets requests"])
  })

  test("stays as last sent for as long as the gate does not pass", async () => {
    const trial = new Trial([Service, Gate])
    await trial.converge(release("v1"))
    healthy = false
    expect(await history(trial, "v2")).toEqual(["v2 runs, v1 gets requests"])
    await trial.clock.advance(3_600_000)
    expect(await history(trial, "v2")).toEqual([])
    healthy = true
    expect(await history(trial, "v2")).toEqual(["v2 runs, v2 gets requests"])
  })

  test("goes back with a rollback while the gate had not passed", async () => {
    const trial = new Trial([Service, Gate])
    await trial.converge(release("v1"))
    healthy = false
    await trial.run(release("v2"))
    healthy = true
    await trial.converge(release("v1"))
    expect(trial.only("service").props).toMatchObject({ color: "v1", to: "v1" })
  })

  test("is no order: the gate may ask the object that hears it", async () => {
    const trial = new Trial([Service, Gate])
    healthy = false
    await trial.run(release("v1"))
    expect(trial.only("service").props).toMatchObject({ color: "v1", to: "nobody" })
    expect((await trial.converge(null)).outcome).toBe("destroyed")
  })

  test("is planned as it will be once the gate has passed", async () => {
    const trial = new Trial([Service, Gate])
    await trial.converge(release("v1"))
    const { actions } = await trial.plan(release("v2"))
    expect(actions).toMatchObject([
      {
        action: "update",
        changes: [
          { field: "color", to: '"v2"' },
          { field: "to", from: '"v1"', to: '"v2"' },
        ],
      },
    ])
  })
})
