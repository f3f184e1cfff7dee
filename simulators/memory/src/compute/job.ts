import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  size: number
}

/** A job whose first create is accepted, runs, fails and leaves nothing; the second one succeeds. */
export const Job = defineMemoryNode<Props, { id: string }>({
  type: "memory.compute.Job",
  identity: { by: "name" },
  permissions: verbPermissions({ read: "job.get", create: "job.create", update: "job.update", delete: "job.delete" }),
  ...objectVerbs<Props, { id: string }>({
    kind: "job",
    address: "name",
    createMs: 8_000,
    failsFirst: "unavailable",
  }),
})
