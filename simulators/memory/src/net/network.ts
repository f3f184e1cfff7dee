import { actions, defineMemoryNode } from "../define.ts"
import { verbs } from "../object.ts"

interface Props {
  range: string
}

/** Named, made at once, and not deleted while a subnet lies in it. */
export const Network = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Network",
  identity: { by: "name" },
  replaceOn: ["range"],
  permissions: actions({
    read: "network.get",
    create: "network.create",
    update: "network.update",
    delete: "network.delete",
  }),
  ...verbs<Props, { id: string }>({ kind: "network", address: "name", usedBy: ["subnet"] }),
})
