import { defineNodeWith, type Permissions } from "@alienplatform/engine"
import type { MemoryContext } from "./object.ts"

/** What all types of this cloud have in common: a request may land late, and what was made is seen soon. */
export const defineMemoryNode = defineNodeWith<MemoryContext>({ callTimeoutMs: 60_000, visibleWithin: 5_000 })

/** One action for each verb. */
export const verbPermissions = ({
  read,
  ...verbs
}: {
  read: string
  create?: string
  update?: string
  delete?: string
}): Permissions => ({
  read: [{ action: read }],
  ...Object.fromEntries(Object.entries(verbs).map(([verb, action]) => [verb, [{ action }]])),
})
