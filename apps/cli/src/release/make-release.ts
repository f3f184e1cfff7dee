import { createReadStream } from "node:fs"
import { resolve } from "node:path"
import { Readable } from "node:stream"
import type { Client } from "@alienplatform/api/client"
import { problem } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Progress } from "../output/progress.ts"
import { buildStack } from "./build-stack.ts"
import { gitMetadata } from "./git-metadata.ts"
import type { resolveBaseImage } from "./resolve-base-image.ts"
import type { Platform } from "./target.ts"

export interface ReleaseOptions {
  /** Path of the stack, a file or its folder; relative to the working directory. */
  stack?: string | undefined
  /** Id of an existing release; nothing is built. */
  release?: string | undefined
  /** Name of the machines that compiled code is for. Default: this one, and `linux-x64` for clouds. */
  target?: string | undefined
  /** A draft is followed by no deployment before a person confirmed: the redeploy that names it publishes it. */
  draft: boolean
  /** Reference of the image that images of the release are built on; resolved here, once. */
  baseImage?: string | undefined
}

/** Builds the stack, uploads its artifacts and creates a release for all the platforms; returns the release's id. */
export async function makeRelease(
  { stack, release, draft, target, baseImage }: ReleaseOptions,
  platforms: readonly Platform[],
  client: Client,
  progress: Progress,
  context: Pick<Context, "cwd" | "env" | "home" | "interrupts">,
): Promise<string> {
  const { cwd, interrupts } = context
  const building = stack !== undefined ? "--stack" : target !== undefined ? "--target" : undefined
  if (release !== undefined && building !== undefined)
    throw problem("usage_invalid", {
      message: `${building} and --release exclude each other: a release is built already`,
      hint: "give one of them",
    })
  if (release !== undefined) return (await progress.step(`find release ${release}`, () => client.release(release))).id

  const base = baseImage === undefined ? undefined : await resolvedBase(baseImage, progress, context)
  await using built = await progress.step("build the stack", (report) =>
    buildStack(resolve(cwd, stack ?? "."), report, interrupts.signal, { target: target ?? targetOf(platforms) }),
  )
  if (built.artifacts.length > 0)
    await progress.step("upload artifacts", async (report) => {
      for (const { sha256, file, size } of built.artifacts) {
        report([`${sha256.slice(0, 12)}  ${kilobytes(size)}`])
        await client.putArtifact(sha256, Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, size)
      }
    })
  const git = await gitMetadata(resolve(cwd, stack ?? "."))
  const made = await progress.step("create the release", () =>
    client.createRelease({
      projectId: "default",
      stack: Object.fromEntries(platforms.map((platform) => [platform, built.stack])),
      ...(git ? { gitMetadata: git } : {}),
      ...(base ? { baseImage: base } : {}),
      ...(draft ? { draft } : {}),
    }),
  )
  progress.event("release", {
    releaseId: made.id,
    ...(git ? { gitMetadata: git } : {}),
    ...(base ? { baseImage: base } : {}),
  })
  return made.id
}

/** undici is loaded here and not before. */
const resolvedBase = async (...order: Parameters<typeof resolveBaseImage>) =>
  (await import("./resolve-base-image.ts")).resolveBaseImage(...order)

/** Clouds run containers of one kind. */
const targetOf = (platforms: readonly Platform[]): string | undefined =>
  platforms.every((platform) => platform === "local") ? undefined : "linux-x64"

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} kB`
