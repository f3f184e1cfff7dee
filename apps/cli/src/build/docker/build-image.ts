import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { wholeTar } from "../archive.ts"
import { buildFailed } from "../build-error.ts"
import { sourceNotFound } from "../find-entry.ts"
import type { BuiltSource, DockerSource } from "../source.ts"
import { kindOf } from "../stack-file.ts"
import { readProgress } from "./progress.ts"
import { repack } from "./repack.ts"
import { runEngine } from "./run-engine.ts"

/** An image is large, and no other machine builds the same bytes: Node's own gzip is quick, and good enough. */
const LEVEL = 4
/** Lines of a failed build that are shown. */
const SHOWN_LINES = 20

/**
 * Builds an image with `docker build`, or Podman's, and takes it out of the engine's store: whoever deploys the release
 * needs no registry.
 * @throws `source_not_found`, `docker_not_found`, `build_failed`, `interrupted`
 */
export async function buildImage(source: DockerSource): Promise<BuiltSource> {
  const { resource, toolchain, src, directory, signal, onStep } = source
  const dockerfile = resolve(src, toolchain.dockerfile ?? "Dockerfile")
  if ((await kindOf(dockerfile)) !== "file") throw sourceNotFound(resource.id, [dockerfile], directory)
  const scratch = await mkdtemp(join(tmpdir(), "alien-image-"))
  const lastLines: string[] = []
  const run = async (args: readonly string[]) => {
    const onLine = (line: string) => {
      const step = readProgress(line)
      if (step) onStep(step)
      if (line.trim() === "") return
      lastLines.push(line)
      if (lastLines.length > SHOWN_LINES) lastLines.shift()
    }
    const ended = await runEngine(args, { directory: src, signal, onOutput: onLine, onError: onLine })
    if (ended !== 0) throw buildFailed(`the image of ${JSON.stringify(resource.id)}`, [lastLines.join("\n")])
  }
  try {
    const idFile = join(scratch, "id")
    const saved = join(scratch, "saved.tar")
    await run(["build", "--file", dockerfile, "--iidfile", idFile, ...optionsOf(toolchain), src])
    const id = (await readFile(idFile, "utf8")).trim()
    await run(["save", "--output", saved, id])
    const { tar, image } = await repack(saved)
    const entry = "image.tar"
    const manifest = JSON.stringify({ kind: "image", entry, image })
    return {
      packed: await promisify(gzip)(await wholeTar({ [entry]: tar, "manifest.json": manifest }), { level: LEVEL }),
      contents: [{ path: entry, bytes: tar.byteLength, why: "entry" }],
      inputs: [src, dockerfile],
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const optionsOf = ({ target, buildArgs = {} }: DockerSource["toolchain"]): string[] => [
  ...(target === undefined ? [] : ["--target", target]),
  ...Object.entries(buildArgs).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
]
