import type { AnyNodeType } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

/**
 * Is an object with these props a child of `parent`? One of its props names the parent, by address or by another
 * attribute.
 */
export function isChildOf(
  type: AnyNodeType,
  props: Props | null,
  parent: Pick<ObjectRow, "id" | "attributes">,
): boolean {
  const { identity } = traitsOf(type)
  if (identity?.by !== "parent") return false
  const address = props?.[identity.of]
  return address !== undefined && (parent.id === address || Object.values(parent.attributes).includes(address))
}
