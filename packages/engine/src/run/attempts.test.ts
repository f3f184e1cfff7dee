import {
  IDENTITY,
  type Interference,
  type MemoryContext,
  refuse,
  STRANGER,
  type TinyProps,
  type TinyType,
  Trial,
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

const entriesOf = (trial: Trial) => trial.only("listener").props.entries as Entries
const hosts = (trial: Trial) => Object.keys(entriesOf(trial)).sort()

/** Does it to the n-th rule that is set, and to none after it. */
const atRule = (nth: number, act: () => void): Interference => {
  let count = 0
  return {
    before: ({ kind }) => {
      if (kind === "rule" && ++count === nth) act()
    },
  }
}

const opened = async () => {
  const trial = new Trial([Listener])
  await trial.converge(listener("a"))
  return trial
}

describe("an update of several calls", () => {
  const throttled = () => {
    throw refuse("throttled", "rate exceeded", { retryable: true })
  }

  test("that is throttled midway goes on with what it made as its own", async () => {
    const trial = await opened()
    const { outcome } = await trial.run(listener("a", "b", "c"), { trouble: atRule(2, throttled) })
    expect(outcome).toBe("settled")
    expect(hosts(trial)).toEqual(["a", "b", "c"])
    expect(await trial.row("_stack/listener")).toMatchObject({ unmanaged: [] })
  })

  test("that is throttled midway leaves nothing behind when everything is destroyed at once", async () => {
    const trial = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throttled()
    })
    await trial.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    expect(hosts(trial)).toEqual(["a", "b"])
    await trial.converge(null)
    expect(trial.objects("listener")).toEqual([])
  })

  test("that is throttled midway takes out again what is not wanted any more", async () => {
    const trial = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throttled()
    })
    await trial.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    await trial.converge(listener("a"))
    expect(hosts(trial)).toEqual(["a"])
  })

  test("that is refused for one of its parts keeps the parts that it made", async () => {
    const trial = await opened()
    const trouble = atRule(2, () => {
      throw refuse("invalid", "c may not be", { part: "c" })
    })
    const result = await trial.run(listener("a", "b", "c", "d"), { trouble })
    expect(result.outcome).toBe("failed")
    expect(hosts(trial)).toEqual(["a", "b", "d"])
    expect((await trial.row("_stack/listener")).parts).toMatchObject({ c: { why: { code: "invalid" } } })
    await trial.converge(null)
    expect(trial.objects("listener")).toEqual([])
  })

  test("that dies midway is finished by the next run", async () => {
    const trial = await opened()
    const stop = new AbortController()
    const trouble = atRule(2, () => {
      stop.abort()
      throw new Error("connection reset")
    })
    await trial.run(listener("a", "b", "c"), { trouble, signal: stop.signal })
    await trial.converge(listener("a", "b", "c"))
    expect(hosts(trial)).toEqual(["a", "b", "c"])
  })
})

describe("an entry that was attempted", () => {
  test("and was not made is somebody else's when they make it later", async () => {
    const trial = await opened()
    const refused: Interference = {
      before: ({ kind }) => {
        if (kind === "rule") throw refuse("invalid", "not like this")
      },
    }
    await trial.run(listener("a", "b"), { trouble: refused })
    await trial.run(listener("a", "b"), { trouble: refused })
    Object.assign(entriesOf(trial), { b: { target: "theirs" } })
    const result = await trial.run(listener("a", "b"), { retry: true })
    expect(result.outcome).toBe("failed")
    expect(entriesOf(trial)).toMatchObject({ b: { target: "theirs" } })
    expect((await trial.row("_stack/listener")).parts).toMatchObject({ b: { why: { code: "name_taken" } } })
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
    const trial = await opened()
    const Read = reads({ a: STRANGER })
    const result = await trial.run(build(Read, []))
    expect(result.outcome).toBe("settled")
    expect(hosts(trial)).toEqual(["a"])
    expect(await trial.row("_stack/listener")).toMatchObject({ unmanaged: ["a"] })
  })

  test("is believed: what carries our mark is ours, although no record has it", async () => {
    const trial = await opened()
    Object.assign(entriesOf(trial), { b: { target: "lost" } })
    const Read = reads({ b: { ...IDENTITY, node: "_stack/listener", incarnation: 1 } })
    const result = await trial.run(build(Read, ["a", "b"]))
    expect(result.outcome).toBe("settled")
    expect(entriesOf(trial)).toEqual({ a: { target: "a" }, b: { target: "b" } })
  })
})
