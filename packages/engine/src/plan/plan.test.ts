import { problem } from "@alienplatform/core"
import {
  type BuildGraph,
  FOREIGN_OWNER,
  type Interference,
  MemoryBench,
  type MemoryContext,
  refusal,
  TinyDeployment,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineGate, defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import { planText } from "./plan-text.ts"

const Certificate = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
  type: "tiny.certificate",
  permissions: { read: [] },
  read: async ({ props }) => ({ id: props.arn, props, attributes: props, status: "settled" }),
})
const Role = tiny("role")
const Run = tiny("run", { secret: ["secret"], replaceOn: ["color"] }, { hiddenProps: ["secret"] })
const Listener = tiny("listener", { parts: "entries" })
const Domain = tiny(
  "domain",
  { identity: { by: "key", of: ["key"] }, replaceOn: ["color"] },
  { address: ({ key }) => String(key) },
)
const Neighbour = tiny("neighbour")
const TYPES = [Certificate, Role, Run, Listener, Domain, Neighbour]

interface Release {
  size?: number
  secret?: string
  color?: string
  edge?: string
  hosts?: readonly string[]
}

/** One service behind a shared listener, with a domain that carries the customer's certificate. */
const release =
  ({ size = 1, secret = "first", color = "blue", edge = "west", hosts = ["api.example.com"] }: Release = {}) =>
  (graph: Graph) => {
    const certificate = graph.add(Certificate, "_stack/certificate", { arn: "arn:of-the-customer" })
    const listener = graph.add(Listener, "_stack/listener", { size: 1 })
    const role = graph.add(Role, "api/role", { size })
    const run = graph.add(Run, "api/run", { to: role.ref("id"), secret, color })
    for (const host of hosts) {
      const part = graph.part(listener, host, { target: run.ref("address") })
      const props = { key: host, color: edge, to: certificate.ref("arn") }
      graph.add(Domain, `api/host/${host}`, props, { after: [part] })
    }
  }

const deployed = async (build: BuildGraph = release()) => {
  const deployment = new TinyDeployment(TYPES)
  await deployment.converge(build)
  return deployment
}
const golden = async (deployment: TinyDeployment, build: BuildGraph, name: string) => {
  const text = planText(await deployment.plan(build))
  expect(text).not.toContain("hunter2")
  await expect(text).toMatchFileSnapshot(`plans/${name}.golden.txt`)
}

describe("a plan", () => {
  test("of a first deploy creates everything, after what it needs, and touches no cloud", async () => {
    const deployment = new TinyDeployment(TYPES)
    await golden(deployment, release(), "first-deploy")
    expect(deployment.cloud.calls).toBe(0)
  })

  test("counts no gate: it is a question and not an object", async () => {
    const Ready = defineGate<{ of: string }, { of: string }, MemoryContext>({
      type: "tiny.Ready",
      permissions: { read: [] },
      read: async ({ props }) => ({ id: props.of, props, attributes: props, status: "settled" }),
    })
    const gated = (graph: Graph) => {
      const role = graph.add(Role, "api/role", { size: 1 })
      const ready = graph.add(Ready, "api/ready", { of: role.ref("id") })
      graph.add(Domain, "api/host/a", { key: "a", to: ready.ref("of") })
    }
    const deployment = new TinyDeployment([...TYPES, Ready])
    expect(planText(await deployment.plan(gated))).toContain("Plan: 2 to create.")
    await deployment.converge(gated)
    expect(planText(await deployment.plan(gated))).toBe("Plan: 2 unchanged.\n")
    expect(planText(await deployment.plan(() => {}))).toContain("Plan: 2 to delete.")
  })

  test("ends with what the platform does otherwise than declared, or without a word of it", async () => {
    const plan = await new TinyDeployment(TYPES).plan(release())
    expect([plan.notes, planText(plan).includes("Notes")]).toEqual([[], false])
    const notes = ["cpu of api is not enforced", "api runs its minimum of replicas"]
    expect(planText({ ...plan, notes })).toMatch(/\.\n\nNotes:\n {2}cpu of api[^\n]*\n {2}api runs its[^\n]*\n$/)
  })

  test("of what is there already has nothing to do", async () => {
    await golden(await deployed(), release(), "no-op")
  })

  test("of a second release says what changes in place, what is replaced and what goes", async () => {
    const deployment = await deployed(release({ hosts: ["api.example.com", "old.example.com"] }))
    const next = release({ size: 2, secret: "hunter2", color: "green", hosts: ["api.example.com", "new.example.com"] })
    await golden(deployment, next, "second-release")
  })

  test("of a secret that changes shows that it does, and not the secret", async () => {
    await golden(await deployed(release({ secret: "hunter2" })), release({ secret: "hunter22" }), "secret")
  })

  test("names the members of a secret map that change, and shows none of them", async () => {
    const Environment = tiny("environment", { secret: ["entries"] })
    const deployment = new TinyDeployment([Role, Environment])
    const build = (entries: Record<string, unknown>) => (graph: Graph) => {
      const role = graph.add(Role, "api/role", { size: 1 })
      graph.add(Environment, "api/environment", { entries: { ...entries, ROLE: role.ref("id") } as never })
    }
    await deployment.converge(build({ SAME: "hunter2", OLD: "hunter2", CHANGED: "hunter2" }))
    await golden(deployment, build({ SAME: "hunter2", NEW: "hunter22", CHANGED: "hunter22" }), "secret-map")
    const { entries } = deployment.onlyObject("environment").props
    deployment.onlyObject("environment").props.entries = { ...(entries as object), SAME: "hunter2 of somebody else" }
    await golden(deployment, build({ SAME: "hunter2", OLD: "hunter2", CHANGED: "hunter2" }), "secret-drift")
  })

  test("of a secret that only the run will know shows nothing that is known of it", async () => {
    const Environment = tiny("environment", { secret: ["entries"] }, { hiddenProps: ["entries"] })
    const deployment = new TinyDeployment([Role, Environment])
    await deployment.converge(
      (graph) => void graph.add(Environment, "api/environment", { entries: { URL: "hunter2" } }),
    )
    const next = (graph: Graph) => {
      const role = graph.add(Role, "api/role", { size: 1 })
      graph.add(Environment, "api/environment", { entries: { URL: role.ref("id"), TOKEN: "hunter2" } as never })
    }
    await golden(deployment, next, "secret-unknown")
  })

  test("announces an interruption where the old one has to go first", async () => {
    await golden(await deployed(), release({ edge: "east" }), "interruption")
  })

  test("of a destroy deletes what is ours and detaches what is the customer's", async () => {
    await golden(await deployed(), null, "destroy")
  })

  test("shows drift of props, and of a part", async () => {
    const deployment = await deployed()
    deployment.onlyObject("role").props.size = 9
    deployment.onlyObject("listener").props.entries = { "api.example.com": { target: "elsewhere" } }
    await golden(deployment, release(), "drift")
  })

  test("shows for seven days what a run changed back, whatever is released meanwhile, and no secret", async () => {
    const Environment = tiny("environment", { secret: ["entries"] })
    const deployment = new TinyDeployment([Role, Environment])
    const build = (size: number) => (graph: Graph) => {
      graph.add(Environment, "api/environment", { entries: { TOKEN: "hunter2" } as never })
      graph.add(Role, "api/role", { size })
    }
    await deployment.converge(build(1))
    deployment.onlyObject("role").props.size = 9
    deployment.onlyObject("environment").props.entries = { TOKEN: "hunter2 of somebody else" }
    await deployment.converge(build(1))
    await golden(deployment, build(1), "drift-changed-back")
    const DAY = 24 * 3_600_000
    await deployment.clock.advance(7 * DAY - 60_000)
    await deployment.converge(build(2))
    const drifted = async () => (await deployment.plan(build(2))).drift.map(({ node }) => node)
    expect(await drifted()).toEqual(["api/environment", "api/role"])
    await deployment.clock.advance(60_000)
    expect(await drifted()).toEqual([])
  })

  test("creates again what somebody deleted", async () => {
    const deployment = await deployed()
    await deployment.clock.advance(100_000)
    deployment.cloud.objects.delete(deployment.onlyObject("domain").id)
    const { actions } = await deployment.plan(release())
    expect(actions.filter(({ action }) => action !== "keep")).toMatchObject([
      { action: "create", node: "api/host/api.example.com" },
    ])
  })

  test("of a destroy deletes nothing that belongs to another deployment", async () => {
    const deployment = new TinyDeployment(TYPES)
    deployment.cloud.insert({ id: "tiny-api-role", kind: "role", props: { size: 9 }, owner: FOREIGN_OWNER })
    await deployment.run((graph) => void graph.add(Role, "api/role", { size: 1 }))
    expect((await deployment.plan(null)).summary.delete).toBe(0)
  })

  test("of a destroy keeps a shared object that holds entries of others, and says why", async () => {
    const deployment = await deployed()
    const { props } = deployment.onlyObject("listener")
    props.entries = { ...(props.entries as object), "theirs.example.com": { target: "elsewhere" } }
    await deployment.converge(release())
    const listener = (await deployment.plan(null)).actions.find(({ node }) => node === "_stack/listener")
    expect(listener).toMatchObject({ action: "keep", reasons: [expect.stringContaining("theirs.example.com")] })
  })

  test("of a destroy leaves out what was never made", async () => {
    const deployment = await deployed()
    const more = (graph: Graph) => {
      release()(graph)
      graph.add(Run, "api/late", { to: graph.add(Role, "api/broken", { size: 1 }).ref("id") })
    }
    const denied: Interference = {
      before: ({ verb, kind }) => {
        if (verb === "create" && kind === "role") throw refusal("denied", "not allowed")
      },
    }
    await deployment.run(more, { trouble: denied })
    const { actions } = await deployment.plan(null)
    expect(actions.map(({ node }) => node)).not.toContain("api/late")
    expect(actions.map(({ node }) => node)).not.toContain("api/broken")
    expect(actions.map(({ node }) => node)).toContain("api/role")
  })

  test("says that two nodes want one key, before a run and after it", async () => {
    const deployment = await deployed()
    const both = (graph: Graph) => {
      release()(graph)
      graph.add(Domain, "web/host", { key: "api.example.com" })
    }
    const conflict = async () => (await deployment.plan(both)).actions.find(({ node }) => node === "web/host")
    const taken = { action: "keep", reasons: [expect.stringMatching(/^key_taken: .*api\/host\/api\.example\.com/)] }
    expect(await conflict()).toMatchObject(taken)
    await deployment.run(both)
    expect(await conflict()).toMatchObject(taken)
  })

  test("of two nodes that swap their keys replaces both and announces the interruption", async () => {
    const named = (first: string, second: string) => (graph: Graph) => {
      graph.add(Domain, "api/host", { key: first })
      graph.add(Domain, "web/host", { key: second })
    }
    const deployment = await deployed(named("a.example.com", "b.example.com"))
    await golden(deployment, named("b.example.com", "a.example.com"), "key-swap")
    await deployment.converge(named("b.example.com", "a.example.com"))
    expect(planText(await deployment.plan(named("b.example.com", "a.example.com")))).toBe("Plan: 2 unchanged.\n")
  })

  test("of a node whose type changes replaces it and says what it was", async () => {
    const Other = tiny("other")
    const deployment = new TinyDeployment([...TYPES, Other])
    await deployment.converge((graph) => void graph.add(Role, "api/role", { size: 1 }))
    await golden(deployment, (graph) => void graph.add(Other, "api/role", { size: 1 }), "type-change")
  })

  test("says that a name is taken, and by whom", async () => {
    const deployment = new TinyDeployment(TYPES)
    deployment.cloud.insert({ id: "tiny-api-role", kind: "role", props: { size: 9 }, owner: FOREIGN_OWNER })
    await deployment.run(release())
    await golden(deployment, release(), "name-taken")
  })

  test("reports entries that are not ours and carries them along", async () => {
    const deployment = await deployed()
    const { props } = deployment.onlyObject("listener")
    props.entries = { ...(props.entries as object), "theirs.example.com": { target: "elsewhere" } }
    await deployment.converge(release())
    await golden(deployment, release({ hosts: ["api.example.com", "new.example.com"] }), "unmanaged")
  })

  test("adopts what a lost answer left behind", async () => {
    const deployment = new TinyDeployment(TYPES)
    const stop = new AbortController()
    const build = (graph: Graph) => void graph.add(Role, "api/role", { size: 1 })
    await deployment.run(build, {
      signal: stop.signal,
      trouble: {
        after: ({ verb }) => {
          if (verb !== "create") return
          stop.abort()
          throw new Error("connection reset")
        },
      },
    })
    await deployment.clock.advance(100_000)
    await golden(deployment, build, "adopt")
  })

  test("changes nothing: no call but reads, no write", async () => {
    const deployment = await deployed()
    const { mutations } = deployment.cloud
    const { writes } = deployment.store
    await deployment.plan(release({ size: 2, color: "green", edge: "east" }))
    await deployment.plan(null)
    expect(deployment.cloud.mutations).toBe(mutations)
    expect(deployment.store.writes).toBe(writes)
  })

  test("counts what it says", async () => {
    const deployment = await deployed()
    const { actions, summary } = await deployment.plan(release({ size: 2, edge: "east" }))
    for (const [verb, count] of Object.entries(summary))
      expect(actions.filter(({ action }) => action === verb)).toHaveLength(count)
    expect(summary.replace).toBe(1)
  })

  test("is what the run then does", async () => {
    const deployment = await deployed()
    const next = release({ size: 2, edge: "east" })
    const { actions } = await deployment.plan(next)
    const planned = actions.flatMap(({ action, node }) =>
      action === "replace" ? [`delete ${node}`, `create ${node}`] : action === "keep" ? [] : [`${action} ${node}`],
    )
    deployment.store.events.length = 0
    await deployment.converge(next)
    const done = deployment.store.events
      .filter(({ event }) => ["create", "update", "delete"].includes(event))
      .map(({ event, node }) => `${event} ${node}`)
    expect(done.sort()).toEqual(planned.sort())
  })

  test("of a replacement that has begun shows what is left of it", async () => {
    const Slow = tiny("slow", { replaceOn: ["color"] }, { settleMs: 300_000 })
    const build = (color: string) => (graph: Graph) => void graph.add(Slow, "api/slow", { color })
    const deployment = new TinyDeployment([Slow])
    await deployment.converge(build("blue"))
    const denied: Interference = {
      before: ({ verb }) => {
        if (verb === "create") throw refusal("denied", "not allowed")
      },
    }
    await deployment.run(build("green"), { trouble: denied })
    expect((await deployment.plan(build("green"))).actions).toMatchObject([{ action: "replace", node: "api/slow" }])
    await deployment.run(build("green"), { retry: true })
    expect(deployment.objects("slow")).toHaveLength(2)
    expect((await deployment.plan(build("green"))).actions).toMatchObject([
      { action: "keep", name: "tiny-api-slow-2" },
      { action: "delete", name: "tiny-api-slow" },
    ])
    expect((await deployment.plan(build("blue"))).actions).toMatchObject([
      { action: "keep", name: "tiny-api-slow" },
      { action: "delete", name: "tiny-api-slow-2" },
    ])
  })

  test("does not take another type's object with the same value for an obstacle", async () => {
    const build = (key: string) => (graph: Graph) => {
      graph.add(Domain, "api/host/x", { key, color: "west" })
      graph.add(Neighbour, "api/neighbour", { key: "b.example.com" })
    }
    const { actions } = await (await deployed(build("a.example.com"))).plan(build("b.example.com"))
    const domain = actions.find(({ node }) => node === "api/host/x")
    expect(domain).toMatchObject({ action: "replace" })
    expect(domain?.interruption).toBeUndefined()
  })

  test("of something that is being deleted says so", async () => {
    const Slow = tiny("role", {}, { deleteMs: 3_600_000 })
    const deployment = new TinyDeployment([Slow])
    await deployment.converge((graph) => void graph.add(Slow, "api/role", {}))
    await deployment.run(null)
    const { actions } = await deployment.plan(null)
    expect(actions).toMatchObject([{ action: "delete", node: "api/role", reasons: ["it is being deleted"] }])
  })
})

test("a plan leaves alone what cannot be read, and says why", async () => {
  const bench = new MemoryBench()
  await bench.converge("first")
  const plan = await bench.plan("second", ({ name }) => {
    if (name === "read listener") throw problem("denied", { message: "not allowed to list", outcome: "refused" })
  })
  const listener = plan.actions.find(({ node }) => node === "_stack/listener")
  expect(listener).toMatchObject({ action: "keep", reasons: [expect.stringContaining("denied: it cannot be read")] })
})
