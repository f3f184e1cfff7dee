import { execFile } from "node:child_process"
import { stat } from "node:fs/promises"
import { dirname } from "node:path"

/** The git commit that a release was made from. */
export interface GitMetadata {
  commitSha: string
  /** Branch; absent where none is checked out. */
  commitRef?: string
  commitMessage: string
  /** Files of the stack's folder differ from that commit, or are in none. */
  dirty?: true
}

/** Longest text that the manager accepts, in characters. */
const MAX_LENGTH = 4096

/**
 * Reads the commit that is checked out where the stack, a file or a folder, is. Undefined outside of a repository,
 * before its first commit and without git: a release is made all the same.
 */
export async function gitMetadata(stack: string): Promise<GitMetadata | undefined> {
  const found = await stat(stack).catch(() => undefined)
  const cwd = found?.isDirectory() ? stack : dirname(stack)
  const [commit, branch, changes] = await Promise.all([
    git(cwd, ["log", "-1", "--no-show-signature", "--format=%H%n%B"]),
    git(cwd, ["symbolic-ref", "--short", "-q", "HEAD"]),
    git(cwd, ["status", "--porcelain", "--untracked-files=normal", "--", "."]),
  ])
  const [commitSha = "", ...message] = (commit ?? "").split("\n")
  if (!/^[0-9a-f]{40,64}$/.test(commitSha)) return undefined
  const commitRef = branch?.trim().slice(0, MAX_LENGTH)
  return {
    commitSha,
    ...(commitRef ? { commitRef } : {}),
    commitMessage: message.join("\n").trim().slice(0, MAX_LENGTH),
    ...(changes ? { dirty: true as const } : {}),
  }
}

/** Runs git and returns its output; undefined when it fails. It takes no lock and asks nobody. */
const git = (cwd: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" }
    execFile("git", [...args], { cwd, env, timeout: 5000, maxBuffer: 1024 * 1024 }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    )
  })
