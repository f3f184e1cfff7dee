import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  usage: string
}

/** The first one comes out unusable, and only another one helps. Keyed by token, so that a lost answer makes no second. */
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
        ? { broken: { code: "key_unusable", message: "the cloud made an unusable key", heal: "recreate" } }
        : "settled",
  }),
})
