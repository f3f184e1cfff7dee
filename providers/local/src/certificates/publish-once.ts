import { mkdtemp, open, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { codeOf } from "@alienplatform/core"

/**
 * Makes `directory` with these files (mode 0600), all of them or none, unless it already holds something: the
 * files are written beside it and the whole is renamed, which fails on a directory that is not empty. The parent
 * has to exist. Answers whether the files in place are ours.
 */
export async function publishOnce(directory: string, files: Readonly<Record<string, string>>): Promise<boolean> {
  const draft = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`))
  try {
    for (const [name, text] of Object.entries(files)) await writeDurably(join(draft, name), text)
    await rename(draft, directory)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const code = codeOf(error)
    if (code === "ENOTEMPTY" || code === "EEXIST") return false
    throw error
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, "wx", 0o600)
  await handle.writeFile(text)
  await handle.sync()
}
