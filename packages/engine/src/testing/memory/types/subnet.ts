import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  network: string
  range: string
}

/** Gets its id from the cloud and has no name: only the mark finds it. Seen late, deleted slowly, refused while in use. */
export const Subnet = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.net.Subnet",
  replaceOn: ["network", "range"],
  visibleWithin: 10_000,
  permissions: {
    read: ["subnet.list"],
    create: ["subnet.create"],
    update: ["subnet.update"],
    delete: ["subnet.delete"],
  },
  ...verbs<Props, { id: string }>({
    kind: "subnet",
    address: "assigned",
    hiddenFor: 4_000,
    deletesIn: 90_000,
    usedBy: ["balancer", "function"],
  }),
})
