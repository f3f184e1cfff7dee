import { refuse } from "../cloud.ts"
import { actions, defineMemoryNode } from "../define.ts"
import { verbs } from "../object.ts"

interface Props {
  balancer: string
  /** By host; several components contribute, and others may have put some there. */
  rules: Record<string, { backend: string; priority: string }>
}

/** Shared by components that each contribute a rule; every update is a full PUT, so other people's rules travel along. */
export const Listener = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Listener",
  identity: { by: "assigned" },
  replaceOn: ["balancer"],
  parts: "rules",
  visibleWithin: 8_000,
  permissions: actions({
    read: "listener.get",
    create: "listener.create",
    update: "listener.put",
    delete: "listener.delete",
  }),
  ...verbs<Props, { id: string }>({
    kind: "listener",
    address: "assigned",
    hiddenFor: 2_000,
    takesTokens: true,
    check: ({ rules }) => {
      const refused = Object.entries(rules).find(([host]) => host.includes("forbidden"))
      if (refused) throw refuse("denied", `host ${refused[0]} is not allowed here`, { part: refused[0] })
    },
  }),
})
