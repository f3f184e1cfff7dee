import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  network: string
  range: string
}

/**
 * A subnet whose id the cloud assigns: only the mark finds it. Visible late, deleted slowly, not deleted while in use.
 */
export const Subnet = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Subnet",
  identity: { by: "assigned" },
  replaceOn: ["network", "range"],
  visibleWithin: 10_000,
  permissions: verbPermissions({
    read: "subnet.list",
    create: "subnet.create",
    update: "subnet.update",
    delete: "subnet.delete",
  }),
  ...objectVerbs<Props, { id: string }>({
    kind: "subnet",
    address: "assigned",
    hiddenMs: 4_000,
    deleteMs: 90_000,
    usedBy: ["balancer", "function"],
  }),
})
