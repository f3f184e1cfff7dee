import { type ErrorJson, problem } from "@alienplatform/core"
import type { ObjectRow } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"

/**
 * Why a deletion stands still where every object whose turn it is may not be read, deleted or unmarked; what those need
 * waits behind them. The objects are listed for the customer, who can give access again or delete them by hand.
 */
export function accessLost(
  { name, platform }: Pick<Deployment, "name" | "platform">,
  left: readonly ObjectRow[],
): ErrorJson | null {
  const [first, ...others] = left.filter(({ doomed }) => doomed)
  if (!first || ![first, ...others].every(({ state }) => state.why?.code === "denied")) return null
  const objects = left
    .map(({ node, type, id }) => ({ node, type, id }))
    .toSorted((a, b) => a.node.localeCompare(b.node))
  const count = left.length === 1 ? "an object" : `${left.length} objects`
  return problem("access_lost", {
    message: `access to ${count} of ${name} on ${platform} is denied, so they cannot be deleted; ${first.node}: ${first.state.why?.message}`,
    hint: `give the manager access again: it tries every ten minutes, or at once with alien retry ${name}; or delete by hand what context.objects lists, then run alien destroy ${name} --forget`,
    context: { objects },
  }).toJSON()
}
