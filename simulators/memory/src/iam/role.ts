import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  policy: string[]
}

/** A named role that becomes visible late; a repeated create finds the first one. */
export const Role = defineMemoryNode<Props, { id: string }>({
  type: "memory.iam.Role",
  identity: { by: "name" },
  visibleWithin: 15_000,
  predict: ({ name }) => ({ id: name }),
  permissions: verbPermissions({ read: "role.get", create: "role.create", update: "role.put", delete: "role.delete" }),
  ...objectVerbs<Props, { id: string }>({ kind: "role", address: "name", hiddenMs: 7_000, usedBy: ["function"] }),
})
