import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { problem } from "@alienplatform/core/error"
import { makeDirectory } from "@alienplatform/core/make-directory"
import {
  BlobDirectory,
  parsePlatform,
  parseReference,
  pullImage,
  pushImage,
  readArtifact,
  referenceText,
  targetOfPlatform,
  writeLayout,
} from "@alienplatform/oci"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { baseMissing, configuredBase, resolveBase } from "../image/base-image.ts"
import { chooseResource } from "../image/choose-resource.ts"
import { checkLayoutFolder } from "../image/layout-folder.ts"
import { openRegistries } from "../image/open-registries.ts"
import { platformFor, resourceImage, scratchFolder } from "../image/resource-image.ts"
import { imageJson, imageText } from "../output/image.ts"
import { progressFor } from "../output/progress.ts"
import { screenFor } from "../output/style.ts"
import { buildStack } from "../release/build-stack.ts"

export interface ImageBuildOptions extends CommonOptions {
  base?: string
  platform?: string
  output?: string
  push?: string
  stack?: string
}

/**
 * `alien image build`: builds a resource's image, and writes or pushes it. stdout: its layers and digest. `--json`: at
 * last `{"result": {image}}`.
 */
export const imageBuild: Action<ImageBuildOptions> = async ([name], options, context) => {
  const { output, push, stack = ".", json } = options
  if (output === undefined && push === undefined)
    throw problem("usage_invalid", {
      message: "nothing says where the image goes",
      hint: "give --output DIRECTORY, --push REFERENCE, or both",
    })
  const to = push === undefined ? undefined : parseReference(push)
  const configured = configuredBase(options.base, context)
  if (configured === undefined) throw baseMissing()
  const target =
    options.platform === undefined ? `linux-${process.arch}` : targetOfPlatform(parsePlatform(options.platform))
  const layout = output === undefined ? undefined : resolve(context.cwd, output)
  if (layout !== undefined) await checkLayoutFolder(layout)

  await using registries = openRegistries(context)
  const progress = progressFor(context, json)
  const recorded =
    configured === "scratch"
      ? undefined
      : await progress.step(`resolve the base image ${configured}`, () => resolveBase(configured, registries))

  let chosen: ReturnType<typeof chooseResource> | undefined
  await using built = await progress.step("build the stack", (report) =>
    buildStack(resolve(context.cwd, stack), report, context.interrupts.signal, {
      target,
      choose(all) {
        chosen = chooseResource(all, name)
        return { ...all, resources: { [chosen.config.id]: chosen } }
      },
    }),
  )
  const [archive] = built.artifacts
  if (!chosen || !archive) throw problem("internal_error", { message: "a source was built and left no artifact" })
  const resource = chosen.config

  await using scratch = await scratchFolder(tmpdir())
  const folder = layout ?? join(scratch.path, "layout")
  await makeDirectory(folder)
  const blobs = new BlobDirectory(folder)
  const image = await progress.step("build the image", async () => {
    const artifact = await readArtifact({ file: archive.file, into: join(scratch.path, "files") })
    const platform = platformFor(options.platform, artifact)
    const base = recorded && {
      ...(await pullImage(registries, { ...parseReference(recorded.reference), digest: recorded.digest }, platform)),
      name: recorded.reference,
    }
    return resourceImage({ resource, artifact, platform, base, blobs })
  })
  if (layout !== undefined)
    await progress.step(`write ${layout}`, () =>
      writeLayout(image, { directory: layout, blobs, tag: to?.tag ?? "latest" }),
    )
  const pushed =
    to &&
    (await progress.step(`push to ${referenceText(to)}`, (report) =>
      pushImage(image, {
        registries,
        to,
        onProgress: ({ digest, arrival }) => report([`${digest.slice(7, 19)} ${arrival}`]),
      }),
    ))
  const told = imageJson(resource.id, image, {
    ...(recorded ? { base: recorded } : {}),
    ...(layout === undefined ? {} : { output: layout }),
    ...(to && pushed ? { reference: referenceText({ ...to, digest: pushed.digest }), arrivals: pushed.blobs } : {}),
  })
  if (json) context.stdout.write(`${JSON.stringify({ result: { image: told } })}\n`)
  else context.stdout.write(`${imageText(told, screenFor(context.stdout, context.env))}\n`)
  return EXIT.ok
}
