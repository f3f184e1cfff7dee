import { fitName, hashOf, problem } from "@alienplatform/core"
import type { Props } from "./reading.ts"
import type { Identity } from "./traits.ts"

const DEFAULT_MAX = 63
const DEFAULT_PATTERN = /^[a-z][a-z0-9-]*$/
/** Characters kept free for `-` and an incarnation's number. */
const INCARNATION_ROOM = 5

/** `resource/role` reads back from `resource-role` where the role has no hyphen and is no number or hash. */
const READABLE = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\/[a-z][a-z0-9]*$/
const HASH = /^[0-9a-f]{8}$/

const digest = (text: string): string => hashOf(text).slice(0, 8)

/**
 * Replaces characters that a name cannot carry by `-`; where the node's id can then not be read back, adds 8 hex of the
 * id.
 */
function escapeNode(node: string): string {
  const [, role = ""] = node.split("/")
  if (READABLE.test(node) && !HASH.test(role)) return node.replace("/", "-")
  const text = node
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
  return `${text}-${digest(node)}`
}

/**
 * `{prefix}-{resource}[-{role}]`, fitted to what the type allows. Two nodes never share a name: one that was cut or altered
 * carries 8 hex of the original. Throws `graph_invalid` where the pattern takes neither hyphens nor none.
 */
export function nodeName(prefix: string, node: string, identity: Identity<Props> | undefined): string {
  const { max = DEFAULT_MAX, pattern = DEFAULT_PATTERN } = identity?.by === "name" ? identity : {}
  const room = max - INCARNATION_ROOM
  const text = `${prefix}-${escapeNode(node)}`
  const name = fitName(text, room)
  if (pattern.test(name)) return name
  const hash = digest(text)
  const plain = `${text.replaceAll("-", "").slice(0, room - hash.length)}${hash}`
  if (pattern.test(plain)) return plain
  throw problem("graph_invalid", {
    message: `neither ${name} nor ${plain} is a name that ${pattern} allows for ${node}; give the type a pattern that one of them satisfies`,
    internal: true,
  })
}

/** The name of an incarnation's object: unchanged for the first, with the number appended from the second on. */
export const incarnationName = (name: string, incarnation: number): string =>
  incarnation === 1 ? name : name.includes("-") ? `${name}-${incarnation}` : `${name}x${incarnation}`
