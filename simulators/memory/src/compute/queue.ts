import { actions, defineMemoryNode } from "../define.ts"
import { verbs } from "../object.ts"

interface Props {
  delay: number
}

/** The create call takes no mark; an update writes it. */
export const Queue = defineMemoryNode<Props, { id: string }>({
  type: "memory.compute.Queue",
  identity: { by: "name" },
  mark: "later",
  permissions: actions({ read: "queue.get", create: "queue.create", update: "queue.update", delete: "queue.delete" }),
  ...verbs<Props, { id: string }>({ kind: "queue", address: "name", unmarkedCreate: true, hiddenFor: 3_000 }),
})
