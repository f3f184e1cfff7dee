import { actions, defineMemoryNode } from "../define.ts"
import { verbs } from "../object.ts"

interface Props {
  size: number
}

/** Its create is accepted, runs, fails, and leaves nothing to find; the second one succeeds. */
export const Job = defineMemoryNode<Props, { id: string }>({
  type: "memory.compute.Job",
  identity: { by: "name" },
  permissions: actions({ read: "job.get", create: "job.create", update: "job.update", delete: "job.delete" }),
  ...verbs<Props, { id: string }>({
    kind: "job",
    address: "name",
    createTakes: 8_000,
    failsFirst: "unavailable",
  }),
})
