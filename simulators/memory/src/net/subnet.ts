import { actions, defineMemoryNode } from "../define.ts"
import { verbs } from "../object.ts"

interface Props {
  network: string
  range: string
}

/** Gets its id from the cloud and has no name: only the mark finds it. Seen late, deleted slowly, refused while in use. */
export const Subnet = defineMemoryNode<Props, { id: string }>({
  type: "memory.net.Subnet",
  identity: { by: "assigned" },
  replaceOn: ["network", "range"],
  visibleWithin: 10_000,
  permissions: actions({
    read: "subnet.list",
    create: "subnet.create",
    update: "subnet.update",
    delete: "subnet.delete",
  }),
  ...verbs<Props, { id: string }>({
    kind: "subnet",
    address: "assigned",
    hiddenFor: 4_000,
    deletesIn: 90_000,
    usedBy: ["balancer", "function"],
  }),
})
