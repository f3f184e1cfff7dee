import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  target: string
  port: number
}

/**
 * A backend that another target replaces; the old one serves for a while after the switch. The cloud deletes it even
 * while a rule points at it.
 */
export const Backend = defineMemoryNode<Props, { id: string; target: string }>({
  type: "memory.net.Backend",
  identity: { by: "assigned" },
  replaceOn: ["target"],
  retireAfter: 4_000,
  permissions: verbPermissions({
    read: "backend.get",
    create: "backend.create",
    update: "backend.update",
    delete: "backend.delete",
  }),
  ...objectVerbs<Props, { id: string; target: string }>({
    kind: "backend",
    address: "assigned",
    hiddenMs: 1_000,
    attributes: ({ props }) => ({ target: String(props.target) }),
  }),
})
