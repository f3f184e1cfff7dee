import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  usage: string
}

/**
 * A key of which the first one turns out unusable and must be replaced. Creates take a token, so a lost answer makes no
 * second object.
 */
export const Key = defineMemoryNode<Props, { id: string }>({
  type: "memory.trust.Key",
  identity: { by: "assigned" },
  replaceOn: ["usage"],
  permissions: verbPermissions({ read: "key.get", create: "key.create", update: "key.update", delete: "key.delete" }),
  ...objectVerbs<Props, { id: string }>({
    kind: "key",
    address: "assigned",
    takesTokens: true,
    status: (key) =>
      key.owner?.incarnation === 1
        ? { broken: { code: "invalid", message: "the cloud made an unusable key", heal: "recreate" } }
        : "settled",
  }),
})
