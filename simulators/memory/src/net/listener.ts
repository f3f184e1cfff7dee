import { refusal } from "../cloud.ts"
import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  balancer: string
  /** Rules by host; several components contribute, and others may have added some. */
  rules: Record<string, { backend: string; priority: string }>
}

/**
 * A listener shared by components that each contribute a rule; every update is a full PUT that carries the rules of
 * others.
 */
export const Listener = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Listener",
  identity: { by: "assigned" },
  replaceOn: ["balancer"],
  parts: "rules",
  visibleWithin: 8_000,
  permissions: verbPermissions({
    read: "listener.get",
    create: "listener.create",
    update: "listener.put",
    delete: "listener.delete",
  }),
  ...objectVerbs<Props, { id: string }>({
    kind: "listener",
    address: "assigned",
    hiddenMs: 2_000,
    takesTokens: true,
    check: ({ rules }) => {
      const refused = Object.entries(rules).find(([host]) => host.includes("forbidden"))
      if (refused) throw refusal("denied", `host ${refused[0]} is not allowed here`, { part: refused[0] })
    },
  }),
})
