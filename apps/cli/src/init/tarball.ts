import { readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { z } from "zod"
import { archive } from "../build/archive.ts"

/** Members of a published package.json that are needed; `files` lists its top-level folders. */
const Manifest = z.object({ version: z.string(), files: z.array(z.string()) })

export interface Tarball {
  /** File name as `npm pack` makes it: `alienplatform-core-1.2.3.tgz`. */
  name: string
  /** Bytes of the tarball, the same wherever and whenever it is made. */
  contents: Uint8Array
}

/** Packs a published package again from the folder in which it was installed or staged. */
export async function tarballOf(packageName: string, folder: string): Promise<Tarball> {
  const { version, files } = Manifest.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    // npm may have put dependencies of the package beside its own files.
    .filter((path) => !path.includes("/") || files.includes(path.slice(0, path.indexOf("/"))))
  const contents = await Promise.all(
    paths.map(async (path): Promise<[string, Uint8Array]> => [`package/${path}`, await readFile(join(folder, path))]),
  )
  return {
    name: `${packageName.replace("@", "").replace("/", "-")}-${version}.tgz`,
    contents: await archive(Object.fromEntries(contents)),
  }
}
