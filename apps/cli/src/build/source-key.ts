import type { ResourceConfig } from "@alienplatform/core"

/** What the build of a resource's source depends on beside the files. */
export const sourceKey = ({ id, type, code }: ResourceConfig): string => JSON.stringify([id, type, code])
