import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  name: string
  certificate: string
  /** Cannot be changed, and the name is unique: the old one has to go first. */
  edge: string
}

/** Its name is its address. One call per 10 s is allowed. */
export const Domain = defineNode<Props, { id: string; target: string }, MemoryContext>({
  type: "memory.edge.Domain",
  replaceOn: ["name", "edge"],
  fixedName: ["name"],
  limits: ["edge.domain"],
  visibleWithin: 5_000,
  permissions: {
    read: ["domain.get"],
    create: ["domain.create"],
    update: ["domain.update"],
    delete: ["domain.delete"],
  },
  ...verbs<Props, { id: string; target: string }>({
    kind: "domain",
    address: ({ name }) => name,
    settlesIn: 5_000,
    deletesIn: 5_000,
    usedBy: ["mapping"],
    attributes: ({ id, props }) => ({ target: `${id}.${String(props.edge)}.example` }),
  }),
})
