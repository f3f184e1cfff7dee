import { defineNodeWith, type Permissions } from "@alienplatform/engine"
import type { MemoryContext } from "./object.ts"

/**
 * Declares an object of this cloud: its requests may arrive up to a minute late, and created objects are visible within
 * 5 s.
 */
export const defineMemoryNode = defineNodeWith<MemoryContext>({ callTimeoutMs: 60_000, visibleWithin: 5_000 })

/** Permissions with one action for each verb. */
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
