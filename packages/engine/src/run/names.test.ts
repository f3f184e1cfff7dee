import { type CloudCall, type Interference, refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { type Input, Ref } from "../declare/refs.ts"

const predict = ({ name }: { name: string }) => ({ address: `${name}.example` })

/** Another color is another object; it takes its time until it serves. */
const Backend = tiny("backend", { replaceOn: ["color"], predict }, { settleMs: 20_000 })
const Route = tiny("route")

const release = (color: string) => (graph: Graph) => {
  const backend = graph.add(Backend, "api/backend", { color })
  graph.add(Route, "api/route", { to: backend.ref("address", "name") })
}

describe("a name reference", () => {
  test("answers what the name will be before anything serves", async () => {
    const deployment = new TinyDeployment([Backend, Route])
    const sent: unknown[] = []
    await deployment.converge(release("blue"), {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "create" && kind === "route") sent.push(deployment.onlyObject("route").props.to)
        },
      },
    })
    expect(sent).toEqual(["tiny-api-backend.example"])
  })

  test("goes on answering with what serves until its successor does", async () => {
    const deployment = new TinyDeployment([Backend, Route])
    await deployment.converge(release("blue"))
    const wrong: string[] = []
    const look = () => {
      const name = String(deployment.onlyObject("route").props.to).replace(".example", "")
      const target = deployment.cloud.existing(name)
      if (!target) wrong.push(`${name} is not there`)
      else if (target.readyAt > deployment.clock.now()) wrong.push(`${name} does not serve yet`)
    }
    await deployment.converge(release("green"), { trouble: { before: look, after: look } })
    expect(wrong).toEqual([])
    expect(deployment.onlyObject("route").props.to).toBe("tiny-api-backend-2.example")
    expect(deployment.onlyObject("backend").props.color).toBe("green")
  })

  test("answers with the one that serves when its successor never does", async () => {
    const Broken = tiny(
      "backend",
      { replaceOn: ["color"], predict },
      {
        status: ({ props }) =>
          props.color === "blue"
            ? "settled"
            : { broken: { code: "workload_crashed", message: "it crashed", heal: "none" } },
      },
    )
    const deployment = new TinyDeployment([Broken, Route])
    const build = (color: string) => (graph: Graph) => {
      const backend = graph.add(Broken, "api/backend", { color })
      graph.add(Route, "api/route", { to: backend.ref("address", "name") })
    }
    await deployment.converge(build("blue"))
    expect((await deployment.run(build("green"))).outcome).toBe("failed")
    expect(deployment.onlyObject("route").props.to).toBe("tiny-api-backend.example")
    expect(deployment.objects("backend")).toHaveLength(2)
  })

  test("goes back with a rollback although it had switched to the successor", async () => {
    const User = tiny("user")
    const withUser = (color: string) => (graph: Graph) => {
      release(color)(graph)
      graph.add(User, "api/user", { to: new Ref("api/backend", "id", "settled") })
    }
    const deployment = new TinyDeployment([Backend, Route, User])
    await deployment.converge(withUser("blue"))
    // The user never comes round, so that the first object stays.
    const before = ({ verb, kind }: CloudCall) => {
      if (verb === "update" && kind === "user") throw refusal("conflict", "busy", { retryable: true })
    }
    await deployment.run(withUser("green"), { trouble: { before } })
    expect(deployment.onlyObject("route").props.to).toBe("tiny-api-backend-2.example")
    await deployment.converge(withUser("blue"))
    expect(deployment.onlyObject("backend")).toMatchObject({ id: "tiny-api-backend", props: { color: "blue" } })
    expect(deployment.onlyObject("route").props.to).toBe("tiny-api-backend.example")
  })

  test("is a dependency once an object has answered it", async () => {
    const deployment = new TinyDeployment([Backend, Route])
    await deployment.converge(release("blue"))
    const { object } = await deployment.row("api/backend")
    expect((await deployment.row("api/route")).dependencies).toEqual({ [object]: "name" })
  })
})

describe("predictions", () => {
  const Edge = tiny(
    "edge",
    { predict: ({ props }) => (props.to === undefined ? {} : { address: `edge.of.${props.to}` }) },
    { attributes: ({ props }) => ({ address: `edge.of.${props.to}` }), createMs: 5_000 },
  )

  test("go through further names", async () => {
    const deployment = new TinyDeployment([Backend, Edge, Route])
    const sent: unknown[] = []
    const trouble: Interference = {
      after: ({ verb, kind }) => {
        if (verb === "create" && kind === "route")
          sent.push(deployment.objects("edge").length, deployment.onlyObject("route").props.to)
      },
    }
    await deployment.converge(
      (graph) => {
        const backend = graph.add(Backend, "api/backend", {})
        const edge = graph.add(Edge, "api/edge", { to: backend.ref("address", "name") })
        graph.add(Route, "api/route", { to: edge.ref("address", "name") })
      },
      { trouble },
    )
    expect(sent).toEqual([0, "edge.of.tiny-api-backend.example"])
    expect(deployment.onlyObject("route").props.to).toBe("edge.of.tiny-api-backend.example")
  })

  describe("of two nodes that name each other", () => {
    const Peer = tiny("peer", { predict })
    const peers = (graph: Graph) => {
      const to: Record<string, Input<string>> = {}
      const add = (node: string, other: string) => {
        const handle = graph.add(Peer, node, { to: to[other] ?? "" })
        to[node] = handle.ref("address", "name")
      }
      add("a/peer", "b/peer")
      add("b/peer", "a/peer")
      const first = graph.nodes.get("a/peer")
      if (first) first.props.to = to["b/peer"]
    }

    test("are known to both from the start", async () => {
      const deployment = new TinyDeployment([Peer])
      await deployment.converge(peers)
      expect(Object.fromEntries(deployment.objects("peer").map(({ id, props }) => [id, props.to]))).toEqual({
        "tiny-a-peer": "tiny-b-peer.example",
        "tiny-b-peer": "tiny-a-peer.example",
      })
      expect(deployment.cloud.mutations).toBe(2)
    })

    test("do not keep them from being destroyed", async () => {
      const deployment = new TinyDeployment([Peer])
      await deployment.converge(peers)
      expect((await deployment.converge(null)).outcome).toBe("destroyed")
      expect(deployment.objects("peer")).toEqual([])
    })

    test("do not keep them from leaving together", async () => {
      const deployment = new TinyDeployment([Peer, Route])
      await deployment.converge(peers)
      await deployment.converge((graph) => void graph.add(Route, "api/route", {}))
      expect(deployment.objects("peer")).toEqual([])
    })
  })
})
