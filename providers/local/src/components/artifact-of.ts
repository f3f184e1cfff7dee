import type { ResourceConfig } from "@alienplatform/core"

/** SHA-256 of what a resource runs; `refuseUnsupported` let nothing but artifacts through. */
export const artifactOf = ({ code }: Pick<ResourceConfig, "code">): string =>
  code.type === "artifact" ? code.sha256 : ""
