import { parseJson, problem } from "@alienplatform/core"
import { z } from "zod"

/** The machines that an artifact runs on, in Node's words: `linux-x64`. */
const Target = z.string().regex(/^[a-z0-9]+-[a-z0-9]+(?:-musl)?$/)

const bundle = {
  entry: z.string().min(1),
  /** All else that is in it, by its path. Absent in artifacts of 0.1. */
  files: z.array(z.string().min(1)).optional(),
  /** Absent: nothing in it is compiled. */
  target: Target.optional(),
}

/** `manifest.json` at the root of an artifact. Entries are relative to that root. */
export const Manifest = z.discriminatedUnion("kind", [
  /** An ES module; its default export is served. */
  z.strictObject({ kind: z.literal("worker"), ...bundle }),
  /** An ES module that runs by itself. */
  z.strictObject({ kind: z.literal("program"), ...bundle }),
  z.strictObject({
    kind: z.literal("executable"),
    entry: z.string().min(1),
    target: Target,
  }),
  /** A folder of files, `root`, that the command of the resource runs in. */
  z.strictObject({
    kind: z.literal("command"),
    root: z.string().regex(/^[\w-]+$/),
    /** Absent: nothing in it depends on the machine, as far as was seen. */
    target: Target.optional(),
  }),
  /** The archive of a container image, as a container engine loads it. */
  z.strictObject({
    kind: z.literal("image"),
    entry: z.literal("image.tar"),
    /** The name that the image has once it is loaded; it follows from the image's content. */
    image: z.string().regex(/^localhost\/[a-z0-9-]+:[0-9a-f]{64}$/),
  }),
])
export type Manifest = z.infer<typeof Manifest>

/** This machine, as `target` names it for programs, which bring their C library or say nothing of it. */
export const HOST_TARGET = `${process.platform}-${process.arch}`

/** This machine, as `target` names it for addons, which are loaded into Node and need its C library. */
export function addonTarget(): string {
  if (process.platform !== "linux") return HOST_TARGET
  Object.assign(process.report, { excludeNetwork: true }) // It would look names up.
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined ? `${HOST_TARGET}-musl` : HOST_TARGET
}

/**
 * Throws `artifact_invalid`, and `artifact_target_mismatch` for compiled code of other machines. `has`: is that relative
 * path a file of the artifact?
 */
export function parseManifest(text: string | undefined, has: (path: string) => boolean): Manifest {
  if (text === undefined) throw artifactInvalid("it has no manifest.json")
  const parsed = Manifest.safeParse(parseJson(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw artifactInvalid(`manifest.json is wrong at ${issue?.path.join(".") || "its root"}: ${issue?.message}`)
  }
  const manifest = parsed.data
  if ("entry" in manifest && !has(manifest.entry))
    throw artifactInvalid(`its entry ${JSON.stringify(manifest.entry)} is not in it`)
  const missing = "files" in manifest ? manifest.files?.find((path) => !has(path)) : undefined
  if (missing !== undefined) throw artifactInvalid(`its file ${JSON.stringify(missing)} is not in it`)
  if (manifest.kind === "image" || manifest.target === undefined) return manifest
  const isBundle = manifest.kind === "worker" || manifest.kind === "program"
  const host = isBundle ? addonTarget() : HOST_TARGET
  if (manifest.target === host) return manifest
  throw isBundle ? otherAddons(manifest.target, host) : otherProgram(manifest.target)
}

const otherAddons = (target: string, host: string) =>
  problem("artifact_target_mismatch", {
    message: `the compiled packages in the artifact are for ${target}, and this machine is ${host}; build and release with --target ${host}`,
    outcome: "refused", // Before anything was started.
    context: { target, host },
  })

const otherProgram = (target: string) =>
  problem("artifact_target_mismatch", {
    message: `the program in the artifact is for ${target}, and this machine is ${HOST_TARGET}; build and release it on such a machine, or cross-compile it: build.target in .cargo/config.toml, GOOS and GOARCH for Go`,
    outcome: "refused", // Before anything was started.
    context: { target, host: HOST_TARGET },
  })

export const artifactInvalid = (why: string, cause?: unknown) =>
  problem("artifact_invalid", { message: `the artifact cannot be used: ${why}; build and release it again`, cause })
