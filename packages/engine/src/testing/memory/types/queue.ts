import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  delay: number
}

/** The create call takes no mark; an update writes it. */
export const Queue = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.compute.Queue",
  named: true,
  marks: "later",
  visibleWithin: 5_000,
  permissions: { read: ["queue.get"], create: ["queue.create"], update: ["queue.update"], delete: ["queue.delete"] },
  ...verbs<Props, { id: string }>({ kind: "queue", address: "name", unmarkedCreate: true, hiddenFor: 3_000 }),
})
