import type { AnyNodeType, ReadArgs } from "../../declare/node-type.ts"
import type { Owner, Props, Reading } from "../../declare/reading.ts"

export type VerbName = "read" | "create" | "update" | "delete" | "poll"

export interface VerbMoment {
  type: string
  verb: VerbName
  when: "before" | "after"
}

/**
 * Awaited before and after every verb. An error thrown `before` keeps the call from being sent, one thrown `after`
 * loses the answer.
 */
export type VerbHook = (moment: VerbMoment) => void | Promise<void>

interface Known {
  type: AnyNodeType
  id: string
  props: Props
  name: string
  owner: Owner
}

/** Records what the verbs of all watched types did, also where the engine does not know. */
export class Ledger {
  readonly #calls = new Map<string, number>()
  readonly #known = new Map<string, Known>()

  /** Number of calls of a verb that arrived, of one type or of all. */
  calls(verb: VerbName, type?: string): number {
    const counts = [...this.#calls].filter(([key]) => (type ? key === `${type} ${verb}` : key.endsWith(` ${verb}`)))
    return counts.reduce((sum, [, count]) => sum + count, 0)
  }

  /** Number of mutating calls that arrived. */
  get mutations(): number {
    return this.calls("create") + this.calls("update") + this.calls("delete")
  }

  /** A type whose verbs work like those of `type` and are recorded. */
  watch(type: AnyNodeType, hook: VerbHook): AnyNodeType {
    const around =
      <T, R>(verb: VerbName, send: (args: T) => Promise<R>) =>
      async (args: T): Promise<R> => {
        await hook({ type: type.type, verb, when: "before" })
        const key = `${type.type} ${verb}`
        this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1)
        const answer = await send(args)
        this.#learn(type, args as unknown as ReadArgs<Props>, answer)
        await hook({ type: type.type, verb, when: "after" })
        return answer
      }
    const read = around("read", (args: ReadArgs<Props>) => type.read(args))
    if (type.kind !== "object") return { ...type, read }
    const { update, poll } = type
    return {
      ...type,
      read,
      create: around("create", (args) => type.create(args)),
      delete: around("delete", (args) => type.delete(args)),
      ...(update ? { update: around("update", (args) => update(args)) } : {}),
      ...(poll ? { poll: around("poll", (args) => poll(args)) } : {}),
    }
  }

  /** Addresses of existing objects, of one type or of all, among those ever seen. */
  async existing(context: object, type?: string): Promise<string[]> {
    const candidates = [...this.#known.values()].filter((known) => !type || known.type.type === type)
    const readings = await Promise.all(
      candidates.map(({ type: { read }, ...args }) => read({ ...context, ...args }) as Promise<Reading | undefined>),
    )
    return readings.flatMap((reading) => (reading ? [reading.id] : [])).sort()
  }

  #learn(type: AnyNodeType, { props, name, owner }: ReadArgs<Props>, answer: unknown): void {
    if (type.kind !== "object" || typeof answer !== "object" || answer === null) return
    const { id, twins = [] } = answer as Partial<Reading>
    for (const found of id === undefined ? twins : [id, ...twins])
      this.#known.set(`${type.type} ${found}`, { type, id: found, props, name, owner })
  }
}
