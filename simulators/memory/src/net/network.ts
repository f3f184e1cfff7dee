import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  range: string
}

/** A named network, created at once, and not deleted while a subnet lies in it. */
export const Network = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Network",
  identity: { by: "name" },
  replaceOn: ["range"],
  permissions: verbPermissions({
    read: "network.get",
    create: "network.create",
    update: "network.update",
    delete: "network.delete",
  }),
  ...objectVerbs<Props, { id: string }>({ kind: "network", address: "name", usedBy: ["subnet"] }),
})
