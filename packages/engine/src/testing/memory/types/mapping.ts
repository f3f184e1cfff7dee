import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  domain: string
  path: string
  to: string
}

/** Carries no mark: it is its domain's. The cloud takes one change of a domain at a time. */
export const Mapping = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.edge.Mapping",
  replaceOn: ["domain", "path"],
  fixedName: true,
  marks: "never",
  parent: "domain",
  serialize: ({ domain }) => domain,
  visibleWithin: 5_000,
  permissions: {
    read: ["mapping.get"],
    create: ["mapping.create"],
    update: ["mapping.update"],
    delete: ["mapping.delete"],
  },
  ...verbs<Props, { id: string }>({
    kind: "mapping",
    address: ({ domain, path }) => `${domain}/${path}`,
    settlesIn: 2_000,
    neverMarked: true,
  }),
})
