import {
  FOREIGN_OWNER,
  IDENTITY,
  type Interference,
  type MemoryContext,
  refusal,
  TinyDeployment,
  type TinyProps,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { Owner } from "../declare/reading.ts"

type Entries = NonNullable<TinyProps["entries"]>

const Whole = tiny("listener", { identity: { by: "assigned" }, parts: "entries" }, { address: "assigned" })

/** Each entry is a rule that has a call of its own, so an update may be refused when some of them are made. */
const Listener: TinyType = {
  ...Whole,
  async update({ cloud, id, props, observed }) {
    const wanted = props.entries ?? {}
    const found = observed.props.entries ?? {}
    for (const host of Object.keys({ ...found, ...wanted }).sort()) {
      if (JSON.stringify(found[host]) !== JSON.stringify(wanted[host])) await setRule({ cloud }, id, host, wanted)
    }
  },
}

const setRule = ({ cloud }: MemoryContext, id: string, host: string, wanted: Entries) =>
  cloud.request("update", "rule", () => {
    const props = cloud.existing(id)?.props as TinyProps
    const { [host]: _, ...others } = props.entries ?? {}
    props.entries = host in wanted ? { ...others, [host]: wanted[host] ?? null } : others
  })

const listener =
  (...hosts: string[]) =>
  (graph: Graph) => {
    const shared = graph.add(Listener, "_stack/listener", {})
    for (const host of hosts) graph.part(shared, host, { target: host })
  }

const entriesOf = (deployment: TinyDeployment) => deployment.onlyObject("listener").props.entries as Entries
const hosts = (deployment: TinyDeployment) => Object.keys(entriesOf(deployment)).sort()

/** Calls `act` at the n-th rule that is set, and at none after it. */
const atRule = (nth: number, act: () => void): Interference => {
  let count = 0
  return {
    before: ({ kind }) => {
      if (kind === "rule" && ++count === nth) act()
    },
  }
}

const opened = async () => {
  const deployment = new TinyDeployment([Listener])
  await deployment.converge(listener("a"))
  return deployment
}

describe("an update of several calls", () => {
  const throttled = () => {
    throw refusal("throttled", "rate exceeded", { retryable: true })
  }

  test("that is throttled midway goes on with what it made as its own", async () => {
    const deployment = await opened()
    const { outcome } = await deployment.run(listener("a", "b", "c"), { trouble: atRule(2, throttled) })
    expect(outcome).toBe("settled")
    expect(hosts(deployment)).toEqual(["a", "b", "c"])
    expect(await deployment.row("_stack/listener")).toMatchObject({ unmanaged: [] })
  })

  test("that is throttled midway leaves nothing behind when everything is destroyed at once", async () => {
    const deployment = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throttled()
    })
    await deployment.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    expect(hosts(deployment)).toEqual(["a", "b"])
    await deployment.converge(null)
    expect(deployment.objects("listener")).toEqual([])
  })

  test("that is throttled midway takes out again what is not wanted any more", async () => {
    const deployment = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throttled()
    })
    await deployment.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    await deployment.converge(listener("a"))
    expect(hosts(deployment)).toEqual(["a"])
  })

  test("that is refused for one of its parts keeps the parts that it made", async () => {
    const deployment = await opened()
    const trouble = atRule(2, () => {
      throw refusal("invalid", "c may not be", { part: "c" })
    })
    const result = await deployment.run(listener("a", "b", "c", "d"), { trouble })
    expect(result.outcome).toBe("failed")
    expect(hosts(deployment)).toEqual(["a", "b", "d"])
    expect((await deployment.row("_stack/listener")).parts).toMatchObject({ c: { why: { code: "invalid" } } })
    await deployment.converge(null)
    expect(deployment.objects("listener")).toEqual([])
  })

  test("that dies midway is finished by the next run", async () => {
    const deployment = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throw new Error("connection reset")
    })
    await deployment.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    await deployment.converge(listener("a", "b", "c"))
    expect(hosts(deployment)).toEqual(["a", "b", "c"])
  })
})

describe("an entry that was attempted", () => {
  test("and was not made is somebody else's when they make it later", async () => {
    const deployment = await opened()
    const refused: Interference = {
      before: ({ kind }) => {
        if (kind === "rule") throw refusal("invalid", "not like this")
      },
    }
    await deployment.run(listener("a", "b"), { trouble: refused })
    await deployment.run(listener("a", "b"), { trouble: refused })
    Object.assign(entriesOf(deployment), { b: { target: "theirs" } })
    const result = await deployment.run(listener("a", "b"), { retry: true })
    expect(result.outcome).toBe("failed")
    expect(entriesOf(deployment)).toMatchObject({ b: { target: "theirs" } })
    expect((await deployment.row("_stack/listener")).parts).toMatchObject({ b: { why: { code: "name_taken" } } })
  })
})

describe("a reading that says whose each entry is", () => {
  const reads = (entryOwners: Record<string, Owner | null>): TinyType => ({
    ...Listener,
    read: async (args) => {
      const found = await Listener.read(args)
      return found && { ...found, entryOwners }
    },
  })
  const build = (type: TinyType, wanted: readonly string[]) => (graph: Graph) => {
    const shared = graph.add(type, "_stack/listener", {})
    for (const host of wanted) graph.part(shared, host, { target: host })
  }

  test("is believed: what another deployment marked is not ours, although we sent it", async () => {
    const deployment = await opened()
    const Read = reads({ a: FOREIGN_OWNER })
    const result = await deployment.run(build(Read, []))
    expect(result.outcome).toBe("settled")
    expect(hosts(deployment)).toEqual(["a"])
    expect(await deployment.row("_stack/listener")).toMatchObject({ unmanaged: ["a"] })
  })

  test("is believed: what carries our mark is ours, although no record has it", async () => {
    const deployment = await opened()
    Object.assign(entriesOf(deployment), { b: { target: "lost" } })
    const Read = reads({ b: { ...IDENTITY, node: "_stack/listener", incarnation: 1 } })
    const result = await deployment.run(build(Read, ["a", "b"]))
    expect(result.outcome).toBe("settled")
    expect(entriesOf(deployment)).toEqual({ a: { target: "a" }, b: { target: "b" } })
  })
})
