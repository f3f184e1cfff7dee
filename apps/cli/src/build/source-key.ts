import type { ResourceConfig } from "@alienplatform/core"

/** A key of everything that a build depends on beside the files: id, type, code and command of the resource. */
export const sourceKey = (config: ResourceConfig): string =>
  JSON.stringify([config.id, config.type, config.code, commandOf(config)])

/** What a Container or Daemon declares to be run instead of its entry. */
export const commandOf = (config: ResourceConfig): readonly string[] | undefined =>
  "command" in config ? config.command : undefined
