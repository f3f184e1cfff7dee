import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  range: string
}

/** Named, made at once, and not deleted while a subnet lies in it. */
export const Network = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.net.Network",
  named: true,
  replaceOn: ["range"],
  visibleWithin: 5_000,
  permissions: {
    read: ["network.get"],
    create: ["network.create"],
    update: ["network.update"],
    delete: ["network.delete"],
  },
  ...verbs<Props, { id: string }>({ kind: "network", address: "name", usedBy: ["subnet"] }),
})
