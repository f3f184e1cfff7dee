import { problem } from "@alienplatform/core/error"
import { type Digest, parseReference, type Registries, referenceText, resolveReference } from "@alienplatform/oci"
import type { Context } from "../context.ts"

/** The image that others are built on, as a release records it. */
export interface RecordedBase {
  /** As it was configured, in full: `docker.io/library/node:24-slim`. */
  reference: string
  /** What it meant then: of one image, or of an index for several platforms. */
  digest: Digest
}

/** What the environment names in place of `--base`. */
export const BASE_VARIABLE = "ALIEN_BASE_IMAGE"

/** The configured reference of the base image: the option, else the environment. */
export const configuredBase = (option: string | undefined, { env }: Pick<Context, "env">): string | undefined =>
  option ?? (env[BASE_VARIABLE] || undefined)

/**
 * Asks the registry what a reference means now.
 * @throws `image_reference_invalid`, `image_not_found`, and what a registry refuses with
 */
export async function resolveBase(reference: string, registries: Registries): Promise<RecordedBase> {
  const parsed = parseReference(reference)
  const { digest: _, ...named } = parsed
  const digest = await resolveReference(registries, parsed)
  return { reference: referenceText(parsed.digest ? named : { tag: "latest", ...named }), digest }
}

export const baseMissing = () =>
  problem("usage_invalid", {
    message: `nothing names the base image: neither --base nor ${BASE_VARIABLE} is set`,
    hint: "give one that has Node, for example --base node:24-slim; `--base scratch` is none, for a static executable",
  })
