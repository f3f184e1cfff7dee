import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  name: string
  certificate: string
  /** Cannot be changed; since the name is unique, the old object must go first. */
  edge: string
}

/** A domain whose name is its address. One call per 10 s is allowed. */
export const Domain = defineMemoryNode<Props, { id: string; target: string }>({
  type: "memory.edge.Domain",
  identity: { by: "key", of: ["name"] },
  replaceOn: ["edge"],
  limits: () => ["edge.domain"],
  permissions: verbPermissions({
    read: "domain.get",
    create: "domain.create",
    update: "domain.update",
    delete: "domain.delete",
  }),
  ...objectVerbs<Props, { id: string; target: string }>({
    kind: "domain",
    address: ({ name }) => String(name),
    settleMs: 5_000,
    deleteMs: 5_000,
    usedBy: ["mapping"],
    attributes: ({ id, props }) => ({ target: `${id}.${String(props.edge)}.example` }),
  }),
})
