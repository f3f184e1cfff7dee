import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  delay: number
}

/** A queue whose create call takes no mark; an update writes it. */
export const Queue = defineMemoryNode<Props, { id: string }>({
  type: "memory.compute.Queue",
  identity: { by: "name" },
  mark: "later",
  permissions: verbPermissions({
    read: "queue.get",
    create: "queue.create",
    update: "queue.update",
    delete: "queue.delete",
  }),
  ...objectVerbs<Props, { id: string }>({ kind: "queue", address: "name", unmarkedCreate: true, hiddenMs: 3_000 }),
})
