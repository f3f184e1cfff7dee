import { type CloudCall, type Interference, refuse, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { type Input, Ref } from "../declare/refs.ts"

const predict = ({ name }: { name: string }) => ({ address: `${name}.example` })

/** Another color is another object; it takes its time until it serves. */
const Backend = tiny("backend", { replaceOn: ["color"], predict }, { settlesIn: 20_000 })
const Route = tiny("route")

const release = (color: string) => (graph: Graph) => {
  const backend = graph.add(Backend, "api/backend", { color })
  graph.add(Route, "api/route", { to: backend.ref("address", "name") })
}

describe("a name reference", () => {
  test("answers what the name will be before anything serves", async () => {
    const trial = new Trial([Backend, Route])
    const sent: unknown[] = []
    await trial.converge(release("blue"), {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "create" && kind === "route") sent.push(trial.only("route").props.to)
        },
      },
    })
    expect(sent).toEqual(["tiny-api-backend.example"])
  })

  test("goes on answering with what serves until its successor does", async () => {
    const trial = new Trial([Backend, Route])
    await trial.converge(release("blue"))
    const wrong: string[] = []
    const look = () => {
      const name = String(trial.only("route").props.to).replace(".example", "")
      const target = trial.cloud.existing(name)
      if (!target) wrong.push(`${name} is not there`)
      else if (target.readyAt > trial.clock.now()) wrong.push(`${name} does not serve yet`)
    }
    await trial.converge(release("green"), { trouble: { before: look, after: look } })
    expect(wrong).toEqual([])
    expect(trial.only("route").props.to).toBe("tiny-api-backend-2.example")
    expect(trial.only("backend").props.color).toBe("green")
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
    const trial = new Trial([Broken, Route])
    const build = (color: string) => (graph: Graph) => {
      const backend = graph.add(Broken, "api/backend", { color })
      graph.add(Route, "api/route", { to: backend.ref("address", "name") })
    }
    await trial.converge(build("blue"))
    expect((await trial.run(build("green"))).outcome).toBe("failed")
    expect(trial.only("route").props.to).toBe("tiny-api-backend.example")
    expect(trial.objects("backend")).toHaveLength(2)
  })

  test("goes back with a rollback although it had switched to the successor", async () => {
    const User = tiny("user")
    const withUser = (color: string) => (graph: Graph) => {
      release(color)(graph)
      graph.add(User, "api/user", { to: new Ref("api/backend", "id", "settled") })
    }
    const trial = new Trial([Backend, Route, User])
    await trial.converge(withUser("blue"))
    // The user never comes round, so that the first object stays.
    const before = ({ verb, kind }: CloudCall) => {
      if (verb === "update" && kind === "user") throw refuse("conflict", "busy", { retryable: true })
    }
    await trial.run(withUser("green"), { trouble: { before } })
    expect(trial.only("route").props.to).toBe("tiny-api-backend-2.example")
    await trial.converge(withUser("blue"))
    expect(trial.only("backend")).toMatchObject({ id: "tiny-api-backend", props: { color: "blue" } })
    expect(trial.only("route").props.to).toBe("tiny-api-backend.example")
  })

  test("is a dependency once an object has answered it", async () => {
    const trial = new Trial([Backend, Route])
    await trial.converge(release("blue"))
    const { object } = await trial.row("api/backend")
    expect((await trial.row("api/route")).dependencies).toEqual({ [object]: "name" })
  })
})

describe("predictions", () => {
  const Edge = tiny(
    "edge",
    { predict: ({ props }) => (props.to === undefined ? {} : { address: `edge.of.${props.to}` }) },
    { attributes: ({ props }) => ({ address: `edge.of.${props.to}` }), createTakes: 5_000 },
  )

  test("go through further names", async () => {
    const trial = new Trial([Backend, Edge, Route])
    const sent: unknown[] = []
    const trouble: Interference = {
      after: ({ verb, kind }) => {
        if (verb === "create" && kind === "route") sent.push(trial.objects("edge").length, trial.only("route").props.to)
      },
    }
    await trial.converge(
      (graph) => {
        const backend = graph.add(Backend, "api/backend", {})
        const edge = graph.add(Edge, "api/edge", { to: backend.ref("address", "name") })
        graph.add(Route, "api/route", { to: edge.ref("address", "name") })
      },
      { trouble },
    )
    expect(sent).toEqual([0, "edge.of.tiny-api-backend.example"])
    expect(trial.only("route").props.to).toBe("edge.of.tiny-api-backend.example")
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
      const trial = new Trial([Peer])
      await trial.converge(peers)
      expect(Object.fromEntries(trial.objects("peer").map(({ id, props }) => [id, props.to]))).toEqual({
        "tiny-a-peer": "tiny-b-peer.example",
        "tiny-b-peer": "tiny-a-peer.example",
      })
      expect(trial.cloud.mutations).toBe(2)
    })

    test("do not keep them from being destroyed", async () => {
      const trial = new Trial([Peer])
      await trial.converge(peers)
      expect((await trial.converge(null)).outcome).toBe("destroyed")
      expect(trial.objects("peer")).toEqual([])
    })

    test("do not keep them from leaving together", async () => {
      const trial = new Trial([Peer, Route])
      await trial.converge(peers)
      await trial.converge((graph) => void graph.add(Route, "api/route", {}))
      expect(trial.objects("peer")).toEqual([])
    })
  })
})
