import { defineNode } from "../../../node-type.ts"
import { type MemoryContext, verbs } from "../object.ts"

interface Props {
  policy: string[]
}

/** Named and seen late: a create that is repeated finds itself. */
export const Role = defineNode<Props, { id: string }, MemoryContext>({
  type: "memory.iam.Role",
  named: true,
  visibleWithin: 15_000,
  predict: ({ name }) => ({ id: name }),
  permissions: { read: ["role.get"], create: ["role.create"], update: ["role.put"], delete: ["role.delete"] },
  ...verbs<Props, { id: string }>({ kind: "role", address: "name", hiddenFor: 7_000, usedBy: ["function"] }),
})
