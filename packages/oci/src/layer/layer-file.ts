import { posix } from "node:path"
import { problem } from "../oci-error.ts"

/** Bytes that are in memory, or in a file that is read when the layer is written. */
export type FileContent = { bytes: Uint8Array } | { file: string; size: number }

/** One entry of a layer. Folders above it come by themselves. */
export type LayerFile = {
  /** Path in the image, with `/`, from its root and without a leading `/`. */
  path: string
} & (
  | {
      content: FileContent
      /** Mode 0755 in place of 0644. */
      executable?: boolean
    }
  | {
      /** Target of a symbolic link, relative, and inside of the image. */
      link: string
    }
  | { directory: true }
)

/** A size from 8 GiB needs extensions of tar that not every runtime reads. */
const MAX_FILE_BYTES = 8 * 1024 ** 3 - 1

/** A name with these is another file on some machine, or breaks a line of output. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\\\u0000-\u001f\u007f]/

/** @throws `image_file_refused` for what must not, or cannot, lie in a layer */
export function checkLayerFile(entry: LayerFile): void {
  const { path } = entry
  const refuse = (why: string) =>
    problem("image_file_refused", { message: `${JSON.stringify(path)} cannot be put into the image: ${why}` })
  if (path === "" || path.startsWith("/") || path.endsWith("/")) throw refuse("it is no relative path of a file")
  if (UNSAFE.test(path)) throw refuse("it has a backslash or a control character")
  if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw refuse("it has empty, . or .. components")
  // https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts
  if (path.split("/").some((part) => part.startsWith(".wh."))) throw refuse("such a name removes files of lower layers")
  if ("link" in entry && !staysInside(path, entry.link))
    throw refuse(`it is a link to ${JSON.stringify(entry.link)}, which is absolute or leaves the image`)
  if ("content" in entry && "size" in entry.content && entry.content.size > MAX_FILE_BYTES)
    throw refuse(`it has ${entry.content.size} bytes, and 8 GiB is too much`)
}

function staysInside(path: string, link: string): boolean {
  if (link === "" || link.startsWith("/") || UNSAFE.test(link)) return false
  const target = posix.join(posix.dirname(path), link)
  return target !== ".." && !target.startsWith("../")
}

/** Paths of the folders above a path, the highest first. */
export const foldersAbove = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"))
