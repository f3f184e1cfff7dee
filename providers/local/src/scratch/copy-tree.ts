import { constants } from "node:fs"
import { chmod, copyFile, readdir, readlink, stat, symlink } from "node:fs/promises"
import { join } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"

/** May be executed by its owner. */
const EXECUTE = 0o100

/**
 * Copies what is in a folder into another one, which is made: files that their owner may write, links as they are.
 * Blocks are shared with the original where the file system can do that.
 * @param skip names at the top that are left out
 */
export async function copyTree(from: string, to: string, skip: ReadonlySet<string> = new Set()): Promise<void> {
  await makeDirectory(to, 0o700)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (skip.has(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
      const { mode } = await stat(source)
      await chmod(target, mode & EXECUTE ? 0o700 : 0o600)
    }
  }
}
