import type { Code } from "@alienplatform/core/codes"
import type { ObjectStatus, ObjectType, Reading, Sent } from "@alienplatform/engine"
import { type CloudObject, type MemoryCloud, refusal } from "./cloud.ts"

export interface MemoryContext {
  cloud: MemoryCloud
}

/** How one kind of object behaves in this cloud. */
export interface Behaviour<P extends object, A extends object> {
  kind: string
  /**
   * How the object's id is made. name: the caller's name. assigned: an id that nobody can predict. A function: the key
   * lies in the props.
   */
  address: "name" | "assigned" | ((props: Sent<P>) => string)
  /** How long reads miss the object after its create. */
  hiddenMs?: number
  /** How long the object is `changing` after a create or update. */
  settleMs?: number
  /** How long the object stays `changing` after a delete was answered. */
  deleteMs?: number
  /** How long a create takes, as an operation; until then reads find nothing. */
  createMs?: number
  /** The create call takes no mark. */
  unmarkedCreate?: boolean
  /** The kind carries no mark at all. */
  neverMarked?: boolean
  /** Props that reads leave out. */
  hiddenProps?: readonly (keyof P & string)[]
  /** True where a repeated create with the same token answers with the first object. */
  takesTokens?: boolean
  /** Kinds of objects that use this one: a delete is refused while one of them names its id in its props. */
  usedBy?: readonly string[]
  /** Throws for props that this cloud refuses. */
  check?(props: P, cloud: MemoryCloud): void
  /** Code with which the first create of each name fails at its end. */
  failsFirst?: Code
  /** Attributes beside `id`. */
  attributes?(object: CloudObject): Omit<A, "id">
  status?(object: CloudObject, cloud: MemoryCloud): ObjectStatus | undefined
}

type Verbs<P extends object, A extends object> = Pick<
  ObjectType<P, A, MemoryContext>,
  "read" | "create" | "update" | "delete" | "poll"
>

/** The verbs of one kind of object. */
export function objectVerbs<P extends object, A extends object>(behaviour: Behaviour<P, A>): Required<Verbs<P, A>> {
  const { kind } = behaviour
  return {
    read: ({ cloud, id, name, props, owner }) =>
      cloud.request("read", kind, () => {
        const now = cloud.clock.now()
        const address = id ?? naturalId(behaviour, name, props)
        const at = address === undefined ? undefined : cloud.existing(address)
        const candidates = address === undefined ? cloud.objects.withMark(kind, owner) : at?.kind === kind ? [at] : []
        const found = candidates.filter((object) => object.visibleAt <= now)
        const [first, ...rest] = found
        return first && reading(behaviour, first, cloud, rest)
      }),
    create: ({ cloud, name, props, owner, token }) =>
      cloud.request("create", kind, () => {
        behaviour.check?.(props, cloud)
        const natural = naturalId(behaviour, name, props as Sent<P>)
        const repeated = behaviour.takesTokens
          ? cloud.ofKind(kind).find((object) => object.props.$token === token)
          : undefined
        if (repeated) return { id: repeated.id }
        if (natural && cloud.existing(natural)) throw refusal("already_exists", `${kind} ${natural} exists`)
        const id = natural ?? cloud.nextId(kind)
        const now = cloud.clock.now()
        const insert = (from: number) =>
          cloud.insert({
            id,
            kind,
            name,
            props: { ...structuredClone(props), ...(behaviour.takesTokens ? { $token: token } : {}) },
            owner: behaviour.unmarkedCreate || behaviour.neverMarked ? undefined : owner,
            visibleAt: from + (behaviour.hiddenMs ?? 0),
            readyAt: from + (behaviour.settleMs ?? 0),
          })
        if (behaviour.createMs === undefined) return insert(now) && { id }
        return { operation: createOperation(behaviour, cloud, name, () => void insert(cloud.clock.now())) }
      }),
    update: ({ cloud, id, props, owner, observed }) =>
      cloud.request("update", kind, () => {
        const object = cloud.existing(id)
        if (!object) throw refusal("not_found", `${kind} ${id} does not exist`)
        if (observed.version !== undefined && observed.version !== String(object.version)) {
          throw refusal("conflict", `${kind} ${id} changed meanwhile`)
        }
        behaviour.check?.(props, cloud)
        object.props = { ...structuredClone(props), ...(object.props.$token ? { $token: object.props.$token } : {}) }
        if (!behaviour.neverMarked) cloud.objects.mark(object, owner)
        object.version += 1
        object.readyAt = cloud.clock.now() + (behaviour.settleMs ?? 0)
      }),
    delete: ({ cloud, id }) =>
      cloud.request("delete", kind, () => {
        const object = cloud.existing(id)
        if (!object) return
        const users = [...cloud.objects.values()].filter(
          (other) => behaviour.usedBy?.includes(other.kind) && JSON.stringify(other.props).includes(`"${id}"`),
        )
        if (users.length > 0)
          throw refusal("conflict", `${id} is in use by ${users.map((other) => other.id).join(", ")}`)
        cloud.deleteAt(object, cloud.clock.now() + (behaviour.deleteMs ?? 0))
      }),
    poll: ({ cloud, operation }) =>
      cloud.request("poll", kind, () => {
        const found = cloud.operations.get(String(operation))
        if (!found) return "done"
        if (found.doneAt > cloud.clock.now()) return "running"
        const failed = found.failure && refusal(found.failure, `${kind}: ${found.failure}`, { retryable: true })
        return failed ? { failed, outcome: "refused" } : "done"
      }),
  }
}

const naturalId = <P extends object>(
  { address }: Pick<Behaviour<P, never>, "address">,
  name: string,
  props: Sent<P>,
): string | undefined => (address === "assigned" ? undefined : address === "name" ? name : address(props))

/** Starts a create as an operation; with `failsFirst` the first one of a name fails and leaves nothing behind. */
function createOperation<P extends object, A extends object>(
  behaviour: Behaviour<P, A>,
  cloud: MemoryCloud,
  name: string,
  effect: () => void,
): string {
  const first = `${behaviour.kind} ${name} failed once`
  const failing = behaviour.failsFirst !== undefined && !cloud.operations.has(first)
  if (failing) cloud.operations.set(first, { id: first, doneAt: 0 })
  const takes = behaviour.createMs ?? 0
  return cloud.startOperation(takes, failing && behaviour.failsFirst ? { failure: behaviour.failsFirst } : { effect })
}

function reading<P extends object, A extends object>(
  behaviour: Behaviour<P, A>,
  object: CloudObject,
  cloud: MemoryCloud,
  twins: readonly CloudObject[],
): Reading<P, A> {
  const now = cloud.clock.now()
  const visible = Object.fromEntries(
    Object.entries(object.props).filter(
      ([name]) => !name.startsWith("$") && !behaviour.hiddenProps?.some((hidden) => hidden === name),
    ),
  )
  const changing = object.readyAt > now || object.goneAt !== undefined
  return {
    id: object.id,
    props: visible as Reading<P>["props"],
    attributes: { id: object.id, ...behaviour.attributes?.(object) } as unknown as A,
    owner: object.owner,
    version: String(object.version),
    twins: twins.map((twin) => twin.id),
    status: changing ? "changing" : (behaviour.status?.(object, cloud) ?? "settled"),
  }
}
