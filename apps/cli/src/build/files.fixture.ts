import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

export interface Folder extends AsyncDisposable {
  /** Absolute path without symbolic links. */
  path: string
}

/**
 * Makes a temporary folder with these files, removed when disposed. `below`: a subfolder to put them in, so that the
 * path differs.
 */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>, below = "."): Promise<Folder> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "alien-build-test-")))
  const path = join(root, below)
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return { path, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}
