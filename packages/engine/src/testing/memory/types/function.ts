import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

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
export const MemoryFunction = defineNode<Props, { id: string; address: string }, MemoryContext>({
  type: "memory.compute.Function",
  named: true,
  replaceOn: ["subnet"],
  lazy: ["environment"],
  secret: ["secret"],
  defaults: { memory: 512 },
  visibleWithin: 5_000,
  permissions: {
    read: ["function.get"],
    create: ["function.create"],
    update: ["function.update"],
    delete: ["function.delete"],
  },
  ...verbs<Props, { id: string; address: string }>({
    kind: "function",
    address: "name",
    createTakes: 12_000,
    settlesIn: 3_000,
    hidden: ["code", "secret"],
    attributes: ({ id }) => ({ address: `${id}.run.example` }),
  }),
})
