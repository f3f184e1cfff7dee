import { type MemoryContext, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
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
    const deployment = new TinyDeployment([Code, Version, Alias])
    await deployment.converge(release("blue"))
    const first = deployment.onlyObject("version").id
    const seen: string[] = []
    await deployment.converge(release("green"), {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && seen.push(`${verb} ${kind}`)) },
    })
    expect(seen).toEqual(["update code", "create version", "update alias", "delete version"])
    expect(deployment.onlyObject("version").id).not.toBe(first)
    expect(deployment.onlyObject("alias").props.to).toBe(deployment.onlyObject("version").id)
  })

  test("stays the same one when somebody changed the code by hand, which is changed back", async () => {
    const deployment = new TinyDeployment([Code, Version, Alias])
    await deployment.converge(release("blue"))
    const { id } = deployment.onlyObject("version")
    deployment.onlyObject("code").props.color = "by hand"
    await deployment.converge(release("blue"))
    expect(deployment.onlyObject("code").props.color).toBe("blue")
    expect(deployment.onlyObject("version").id).toBe(id)
    expect(deployment.onlyObject("version").version).toBe(1)
  })

  test("stays the same one when only what travels along has changed", async () => {
    const deployment = new TinyDeployment([Code, Version, Alias])
    await deployment.converge(release("blue", "a"))
    const { mutations } = deployment.cloud
    expect((await deployment.plan(release("blue", "b"))).summary).toMatchObject({ keep: 3 })
    await deployment.converge(release("blue", "b"))
    expect(deployment.cloud.mutations).toBe(mutations)
  })

  test("is planned as a replacement together with the change", async () => {
    const deployment = new TinyDeployment([Code, Version, Alias])
    await deployment.converge(release("blue"))
    const { actions } = await deployment.plan(release("green"))
    expect(actions.map(({ node, action }) => [node, action])).toEqual([
      ["api/code", "update"],
      ["api/version", "replace"],
      ["api/alias", "update"],
    ])
    expect((await deployment.plan(release("blue"))).summary).toMatchObject({ keep: 3 })
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
  const history = async (deployment: TinyDeployment, version: string) => {
    const seen: unknown[] = []
    const after = ({ verb, kind }: { verb: string; kind: string }) => {
      if (kind !== "service" || (verb !== "create" && verb !== "update")) return
      const { color, to } = deployment.onlyObject("service").props
      seen.push(`${color} runs, ${to} gets requests`)
    }
    await deployment.run(release(version), { trouble: { after } })
    return seen
  }

  beforeEach(() => {
    healthy = true
    passed = []
  })

  test("is the one until the gate passes and the other from then on", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    expect(await history(deployment, "v1")).toEqual(["v1 runs, nobody gets requests", "v1 runs, v1 gets requests"])
    expect((await deployment.run(release("v1"))).outcome).toBe("settled")
    expect(passed).toEqual(["v1"])
  })

  test("stays as last sent while the gate is asked about the next version", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    await deployment.converge(release("v1"))
    expect(await history(deployment, "v2")).toEqual(["v2 runs, v1 gets requests", "v2 runs, v2 gets requests"])
  })

  test("stays as last sent for as long as the gate does not pass", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    await deployment.converge(release("v1"))
    healthy = false
    expect(await history(deployment, "v2")).toEqual(["v2 runs, v1 gets requests"])
    await deployment.clock.advance(3_600_000)
    expect(await history(deployment, "v2")).toEqual([])
    healthy = true
    expect(await history(deployment, "v2")).toEqual(["v2 runs, v2 gets requests"])
  })

  test("goes back with a rollback while the gate had not passed", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    await deployment.converge(release("v1"))
    healthy = false
    await deployment.run(release("v2"))
    healthy = true
    await deployment.converge(release("v1"))
    expect(deployment.onlyObject("service").props).toMatchObject({ color: "v1", to: "v1" })
  })

  test("is no order: the gate may ask the object that hears it", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    healthy = false
    await deployment.run(release("v1"))
    expect(deployment.onlyObject("service").props).toMatchObject({ color: "v1", to: "nobody" })
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })

  test("is planned as it will be once the gate has passed", async () => {
    const deployment = new TinyDeployment([Service, Gate])
    await deployment.converge(release("v1"))
    const { actions } = await deployment.plan(release("v2"))
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
