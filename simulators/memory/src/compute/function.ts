import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  role: string
  /** Cannot be read back. */
  code: string
  memory?: number
  /** Sets where it lies; another one is another object. */
  subnet: string
  environment: Record<string, string>
  /** Never stored in the clear. */
  secret: string
}

/** Made by an operation that takes its time; code and secrets cannot be read back, the environment waits for an update. */
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
