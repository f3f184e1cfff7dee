import { problem } from "@alienplatform/core"
import { z } from "zod"

/** `manifest.json` at the root of an artifact. */
export const Manifest = z.strictObject({
  /** worker: its default export is served. program: it runs by itself. */
  kind: z.enum(["worker", "program"]),
  /** ES module, relative to the artifact's root. */
  entry: z.string().min(1),
})
export type Manifest = z.infer<typeof Manifest>

/** Throws `artifact_invalid`. `has`: is that relative path a file of the artifact? */
export function parseManifest(text: string | undefined, has: (path: string) => boolean): Manifest {
  if (text === undefined) throw artifactInvalid("it has no manifest.json")
  const parsed = Manifest.safeParse(parse(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw artifactInvalid(`manifest.json is wrong at ${issue?.path.join(".") || "its root"}: ${issue?.message}`)
  }
  if (!has(parsed.data.entry)) throw artifactInvalid(`its entry ${JSON.stringify(parsed.data.entry)} is not in it`)
  return parsed.data
}

export const artifactInvalid = (why: string, cause?: unknown) =>
  problem("artifact_invalid", { message: `the artifact cannot be used: ${why}; build and release it again`, cause })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
