import { knownValue } from "@alienplatform/engine"
import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  domain: string
  path: string
  to: string
}

/** A mapping without a mark: it belongs to its domain's owner. The cloud accepts one change of a domain at a time. */
export const Mapping = defineMemoryNode<Props, { id: string }>({
  type: "memory.edge.Mapping",
  identity: { by: "parent", of: "domain", key: ["path"], unique: true },
  serialize: ({ domain }) => knownValue<string>(domain),
  permissions: verbPermissions({
    read: "mapping.get",
    create: "mapping.create",
    update: "mapping.update",
    delete: "mapping.delete",
  }),
  ...objectVerbs<Props, { id: string }>({
    kind: "mapping",
    address: ({ domain, path }) => `${String(domain)}/${String(path)}`,
    settleMs: 2_000,
    neverMarked: true,
  }),
})
