import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  role: string
  /** Code of the function; not returned by reads. */
  code: string
  memory?: number
  /** Subnet of the function; another one replaces the object. */
  subnet: string
  environment: Record<string, string>
  /** A secret; never stored in the clear. */
  secret: string
}

/**
 * A function, created by a slow operation; code and secrets are not returned by reads, a changed environment waits for
 * the next update.
 */
export const MemoryFunction = defineMemoryNode<Props, { id: string; address: string }>({
  type: "memory.compute.Function",
  identity: { by: "name" },
  replaceOn: ["subnet"],
  lazy: ["environment"],
  secret: ["secret"],
  defaults: { memory: 512 },
  permissions: verbPermissions({
    read: "function.get",
    create: "function.create",
    update: "function.update",
    delete: "function.delete",
  }),
  ...objectVerbs<Props, { id: string; address: string }>({
    kind: "function",
    address: "name",
    createMs: 12_000,
    settleMs: 3_000,
    hiddenProps: ["code", "secret"],
    attributes: ({ id }) => ({ address: `${id}.run.example` }),
  }),
})
