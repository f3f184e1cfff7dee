import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"

/** Finds files below a directory whose bytes contain a text; paths relative to it. Sockets are skipped. */
export async function filesHolding(directory: string, text: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const holding = await Promise.all(files.map(async (file) => (await contentOf(file)).includes(text)))
  return files.filter((_, index) => holding[index]).map((file) => relative(directory, file))
}

/** Content of a file; empty for one that was removed meanwhile. */
async function contentOf(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0)
    throw error
  })
}
