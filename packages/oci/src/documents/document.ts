import type { z } from "zod"
import { problem } from "../oci-error.ts"

/** The largest manifest, index or config that is read; registries refuse larger manifests themselves. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024

/**
 * Parses JSON that came from outside.
 * @throws `image_invalid`, naming `source` and the place in it
 */
export function parseDocument<T>(schema: z.ZodType<T>, bytes: Uint8Array, source: string): T {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch (cause) {
    throw problem("image_invalid", { message: `${source} is not JSON`, cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw problem("image_invalid", {
    message: `${source} is wrong at ${issue?.path.join(".") || "its root"}: ${issue?.message}`,
  })
}
