import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  size: number
}

/** Its create is accepted, runs, fails, and leaves nothing to find; the second one succeeds. */
export const Job = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.compute.Job",
  named: true,
  visibleWithin: 5_000,
  permissions: { read: ["job.get"], create: ["job.create"], update: ["job.update"], delete: ["job.delete"] },
  ...verbs<Props, { id: string }>({
    kind: "job",
    address: "name",
    createTakes: 8_000,
    failsFirst: "capacity",
  }),
})
