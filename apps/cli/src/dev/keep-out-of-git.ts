import { execFile } from "node:child_process"
import { appendFile, readFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

/**
 * Adds the data directory to the folder's `.gitignore` where git would add it. Returns what it did, for people, or
 * undefined: outside of a repository, without git, and where it is ignored already.
 */
export async function keepOutOfGit(folder: string, name: string): Promise<string | undefined> {
  const ignored = await promisify(execFile)("git", ["check-ignore", "--quiet", `${name}/`], { cwd: folder }).then(
    () => 0,
    ({ code }: { code?: unknown }) => code,
  )
  // 1: not ignored. 128: no repository. https://git-scm.com/docs/git-check-ignore#_exit_status
  if (ignored !== 1) return undefined
  const file = join(folder, ".gitignore")
  const before = await readFile(file, "utf8").catch(() => "")
  await appendFile(file, `${before === "" || before.endsWith("\n") ? "" : "\n"}${name}/\n`)
  return `added ${name}/ to ${file}: what alien dev keeps there belongs to this machine alone`
}
