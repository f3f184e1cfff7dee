import { readFileSync } from "node:fs"
import {
  type BuildGraph,
  graphOf,
  type MemoryContext,
  SECRET_KEY,
  TinyDeployment,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { DeploymentState } from "../decide/deployment-state.ts"
import { defineGate, defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { ObjectStore } from "./object-store.ts"
import type { ObjectRow } from "./row.ts"
import { type StoredRow, upgradeRows } from "./upgrade.ts"

const Certificate = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
  type: "tiny.certificate",
  permissions: { read: [] },
  read: async ({ props }) => ({ id: props.arn, props, attributes: props, status: "settled" }),
})
const Ready = defineGate<{ of: string }, { of: string }, MemoryContext>({
  type: "tiny.ready",
  permissions: { read: [] },
  read: async ({ props }) => ({ id: props.of, props, attributes: props, status: "settled" }),
})
const Role = tiny("role", { identity: { by: "assigned" } }, { address: "assigned" })
const Run = tiny(
  "run",
  { secret: ["secret", "entries"], replaceOn: ["color"] },
  { hiddenProps: ["secret", "entries"], createMs: 40_000 },
)
const Listener = tiny("listener", { parts: "entries" })
const Domain = tiny(
  "domain",
  { identity: { by: "key", of: ["key"] }, replaceOn: ["color"] },
  { address: ({ key }) => String(key), usedBy: ["mapping"] },
)
const Mapping = tiny(
  "mapping",
  { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
  { address: ({ to, key }) => `${String(to)}/${String(key)}`, neverMarked: true },
)
const TYPES: readonly AnyNodeType<MemoryContext>[] = [Certificate, Ready, Role, Run, Listener, Domain, Mapping]
const HOST = "api.example.com"

/** What the older version deployed: the same service, in today's words. */
const release =
  ({ size = 1, secret = "hunter2", color = "blue", edge = "west" } = {}) =>
  (graph: Graph) => {
    const certificate = graph.add(Certificate, "_stack/certificate", { arn: "arn:of-the-customer" })
    const listener = graph.add(Listener, "_stack/listener", { size: 1 })
    const role = graph.add(Role, "api/role", { size })
    const run = graph.add(Run, "api/run", {
      to: role.ref("id"),
      secret,
      entries: { TOKEN: secret, NAME: "api" },
      color,
    })
    const ready = graph.add(Ready, "api/ready", { of: run.ref("address") })
    graph.choose("priority", HOST, ["10", "20"])
    const part = graph.part(listener, HOST, { target: ready.ref("of") })
    const domain = graph.add(
      Domain,
      `api/host/${HOST}`,
      { key: HOST, color: edge, to: certificate.ref("arn") },
      { after: [part] },
    )
    graph.add(Mapping, `api/mapping/${HOST}`, { to: domain.ref("id"), key: "root", size: 1 })
  }

interface Line {
  now?: number
  choices?: Record<string, string>
  row?: StoredRow
  object?: Parameters<TinyDeployment["cloud"]["insert"]>[0]
}

/**
 * A deployment as the first version left it, in `first-rows`: rows as it wrote them and objects as it made them.
 * settled: after a deploy. unanswered: an update whose answer was lost. parked: an update that was refused. operating: a
 * replacement under way. destroying: after its first answered delete.
 */
const linesOf = (name: string): Line[] =>
  readFileSync(new URL(`first-rows/${name}.jsonl`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

const rowsIn = (name: string): StoredRow[] => linesOf(name).flatMap(({ row }) => (row ? [row] : []))

/** Cloud and store of a recorded deployment, some time later. */
async function opened(name: string) {
  const deployment = new TinyDeployment(TYPES)
  const lines = linesOf(name)
  const now = Math.max(...lines.map((line) => line.now ?? 0))
  await deployment.clock.advance(now + 300_000 - deployment.clock.now())
  for (const { object } of lines) if (object) deployment.cloud.insert(object)
  const first = new Map(rowsIn(name).map((row) => [row.object, row]))
  const { store } = deployment
  await store.save(deployment.lease(), { choices: Object.assign({}, ...lines.map(({ choices }) => choices ?? {})) })
  /** A store that returns rows of the first version until they are written again. */
  const old: ObjectStore = {
    rows: async () => [...first.values(), ...(await store.rows())],
    choices: () => store.choices(),
    renew: (lease, until) => store.renew(lease, until),
    save: async (lease, changes) => {
      await store.save(lease, changes)
      for (const object of [...(changes.put ?? []).map((row) => row.object), ...(changes.remove ?? [])])
        first.delete(object)
    },
  }
  const { mutations } = deployment.cloud
  return {
    deployment,
    converge: (build: BuildGraph) => deployment.converge(build, { store: old }),
    changes: () => deployment.cloud.mutations - mutations,
    calls: () =>
      store.events.flatMap(({ event, node, message }) =>
        ["create", "update", "delete"].includes(event) ? [`${event} ${node}: ${message}`] : [],
      ),
  }
}

const upgraded = (name: string, build: ((graph: Graph) => void) | null, types = TYPES) =>
  upgradeRows(rowsIn(name), {
    graph: build && graphOf(build),
    types: new Map(types.map((type) => [type.type, type])),
    secretKey: SECRET_KEY,
    now: 5,
  })
const rowOf = (rows: readonly ObjectRow[], node: string) => rows.find((row) => row.node === node)

describe("rows of the first version", () => {
  test("are what is wanted today: nothing is new, and nothing is left over", () => {
    const state = new DeploymentState({
      rows: upgraded("settled", release()),
      graph: graphOf(release()),
      types: TYPES,
      secretKey: SECRET_KEY,
      random: (size) => new Uint8Array(size),
    })
    expect(state.refresh().doomed).toEqual([])
    expect(state.rows.size).toBe(rowsIn("settled").length)
    expect(state.allUsable).toBe(true)
  })

  test("are of this version, with all that they said", () => {
    const before = rowsIn("settled")
    for (const [index, row] of upgraded("settled", release()).entries()) {
      const { object, node, name, id, attributes, created } = before[index] ?? row
      expect(row).toMatchObject({ format: 2, object, node, name, id, attributes, created, served: true, deletes: 0 })
      expect(row).toMatchObject({ drift: null, gatherUntil: null, state: { status: "settled", why: null } })
      for (const gone of ["status", "why", "parked"]) expect(row).not.toHaveProperty(gone)
    }
  })

  test("hold what they were made for more than what they use", () => {
    const rows = upgraded("settled", release())
    const [host, role] = [rowOf(rows, `api/host/${HOST}`), rowOf(rows, "api/role")]
    expect(rowOf(rows, `api/mapping/${HOST}`)?.dependencies).toEqual({ [host?.object ?? ""]: "identity" })
    expect(rowOf(rows, "api/run")?.dependencies).toEqual({ [role?.object ?? ""]: "use" })
    const listener = rowOf(rows, "_stack/listener")?.parts[HOST]
    expect(Object.values(listener?.dependencies ?? {})).toEqual(["use", "use"])
    // Also where nothing says any more what the parent's address is.
    expect(rowOf(upgraded("settled", null), `api/mapping/${HOST}`)?.dependencies).toEqual({
      [host?.object ?? ""]: "identity",
    })
  })

  test("of this version stay as they are", () => {
    const rows = upgraded("settled", release())
    const again = upgradeRows(rows, { graph: null, types: new Map(), secretKey: SECRET_KEY, now: 9 })
    for (const [index, row] of again.entries()) expect(row).toBe(rows[index])
  })

  test("of a type that nobody knows keep what can be kept", () => {
    for (const row of upgraded("settled", release(), [])) {
      expect(row).toMatchObject({ format: 2, state: { status: "settled" } })
      expect(row.of).toBe(rowsIn("settled").find(({ object }) => object === row.object)?.of)
    }
  })

  test("say what was under way", () => {
    expect(rowOf(upgraded("parked", release()), "api/role")).toMatchObject({
      state: { status: "parked", why: { code: "denied" }, refused: { fingerprint: expect.any(String), retryAt: null } },
      served: true,
    })
    expect(rowOf(upgraded("unanswered", release()), "api/role")).toMatchObject({
      state: { status: "changing", why: { code: "provider_error" } },
      call: { verb: "update", open: true, previous: { props: { size: 1 }, dependencies: {}, parts: {} } },
      served: true,
    })
    const rows = upgraded("operating", release({ color: "green" }))
    expect(rows.at(-1)).toMatchObject({
      node: "api/run",
      incarnation: 2,
      state: { status: "changing" },
      operation: { value: expect.stringMatching(/^op-/), since: 5 },
      served: false,
    })
    expect(rowOf(upgraded("destroying", null), `api/host/${HOST}`)).toMatchObject({
      doomed: true,
      call: { verb: "delete", open: false },
    })
  })
})

describe("secrets that the first version sealed", () => {
  const run = (build: (graph: Graph) => void) => rowOf(upgraded("settled", build), "api/run")?.props

  test("are sealed anew, member by member, where they are what is wanted", () => {
    const sealed = { $sealed: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(run(release())).toMatchObject({ secret: sealed, entries: { TOKEN: sealed, NAME: sealed } })
  })

  test("stay other than what is wanted where they are", () => {
    const sealed = { $sealed: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(run(release({ secret: "hunter3" }))).toMatchObject({ secret: sealed, entries: sealed })
    expect(run(release({ secret: "hunter3" }))?.secret).not.toEqual(run(release())?.secret)
    expect(run(() => {})).toMatchObject({ secret: sealed, entries: sealed })
  })
})

describe("a deployment of the first version", () => {
  test("opens with reads alone", async () => {
    const { converge, changes, deployment } = await opened("settled")
    const before = JSON.stringify([...deployment.cloud.objects.values()])
    expect((await converge(release())).outcome).toBe("settled")
    expect(changes()).toBe(0)
    expect(JSON.stringify([...deployment.cloud.objects.values()])).toBe(before)
    expect((await converge(release())).outcome).toBe("settled")
    expect(changes()).toBe(0)
  })

  test("takes what changes today, and only that", async () => {
    const { converge, calls } = await opened("settled")
    await converge(release({ size: 2 }))
    expect(calls()).toEqual(["update api/role: size differs"])
  })

  test("takes another secret in place", async () => {
    const { converge, calls, deployment } = await opened("settled")
    await converge(release({ secret: "hunter3" }))
    expect(calls()).toEqual(["update api/run: secret differs, entries differs"])
    expect(deployment.onlyObject("run").props).toMatchObject({
      secret: "hunter3",
      entries: { TOKEN: "hunter3", NAME: "api" },
    })
  })

  test("makes room for a key that has to be free first, with what lies in it", async () => {
    const { converge, deployment } = await opened("settled")
    await converge(release({ edge: "east" }))
    expect(deployment.onlyObject("domain").props.color).toBe("east")
    expect(deployment.objects("mapping")).toHaveLength(1)
  })

  test("goes on with an update whose answer was lost", async () => {
    const { converge, deployment } = await opened("unanswered")
    await converge(release({ size: 2, color: "green" }))
    expect(deployment.onlyObject("role").props.size).toBe(2)
    expect(deployment.onlyObject("run").props.color).toBe("green")
  })

  test("tries again what was refused", async () => {
    const { converge, deployment } = await opened("parked")
    await converge(release({ size: 2 }))
    expect(deployment.onlyObject("role").props.size).toBe(2)
  })

  test("goes on with a replacement, and makes no third", async () => {
    const { converge, deployment } = await opened("operating")
    await converge(release({ color: "green" }))
    expect(deployment.onlyObject("run")).toMatchObject({ name: "tiny-api-run-2", props: { color: "green" } })
  })

  test("is destroyed to nothing, from the beginning and from the middle", async () => {
    for (const name of ["settled", "unanswered", "parked", "operating", "destroying"]) {
      const { converge, deployment } = await opened(name)
      expect((await converge(null)).outcome).toBe("destroyed")
      expect([...deployment.cloud.objects.values()]).toEqual([])
    }
  })
})
