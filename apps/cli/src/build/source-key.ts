import type { ResourceConfig } from "@alienplatform/core"

/** A key of everything that a build depends on beside the files: id, type and code of the resource. */
export const sourceKey = ({ id, type, code }: ResourceConfig): string => JSON.stringify([id, type, code])
