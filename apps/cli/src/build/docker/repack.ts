import { createReadStream } from "node:fs"
import { parseJson, sha256Hex } from "@alienplatform/core"
import { extract } from "tar-stream"
import { z } from "zod"
import { wholeTar } from "../archive.ts"

const Manifest = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })])

/** Where images that were built here lie in an engine's store: nobody pulls from there. */
const REPOSITORY = "localhost/alien-build"

/**
 * Reads what `docker save` or `podman save` wrote of one image, and writes it again so that the same image is the same
 * archive: times, order and whatever else an engine adds are left out. The name follows from the image's configuration,
 * which names its layers by their content.
 * @see https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format
 */
export async function repack(file: string): Promise<{ tar: Uint8Array; image: string }> {
  const found = await read(file)
  const contentOf = (path: string): Buffer => {
    const content = found.get(path)
    if (!content) throw new Error(`the saved image has no ${path}`)
    return content
  }
  const [{ Config, Layers }] = Manifest.parse(parseJson(contentOf("manifest.json").toString("utf8")))
  const config = contentOf(Config)
  const image = `${REPOSITORY}:${sha256Hex(config)}`
  const layers = Layers.map((path) => ({ content: contentOf(path), path: `${sha256Hex(contentOf(path))}.tar` }))
  const manifest = [{ Config: `${sha256Hex(config)}.json`, RepoTags: [image], Layers: layers.map(({ path }) => path) }]
  const tar = await wholeTar({
    ...Object.fromEntries(layers.map(({ path, content }) => [path, content])),
    [`${sha256Hex(config)}.json`]: config,
    "manifest.json": JSON.stringify(manifest),
  })
  return { tar, image }
}

/** Files by path; a link is the file that it leads to. */
async function read(file: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const links: [string, string][] = []
  const unpack = extract()
  const source = createReadStream(file)
  source.once("error", (error) => unpack.destroy(error))
  source.pipe(unpack)
  for await (const entry of unpack) {
    const { name, type, linkname } = entry.header
    if ((type === "symlink" || type === "link") && linkname) links.push([name, pathOf(name, linkname, type)])
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    if (type === "file") files.set(name, Buffer.concat(chunks))
  }
  for (const [name, target] of links) {
    const content = files.get(target)
    if (content) files.set(name, content)
  }
  return files
}

/** A symbolic link is relative to its own folder, a hard link to the root. */
const pathOf = (name: string, target: string, type: "symlink" | "link"): string =>
  type === "link" ? target : new URL(target, `file:///${name}`).pathname.slice(1)
