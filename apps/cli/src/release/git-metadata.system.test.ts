import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { gitMetadata } from "./git-metadata.ts"

let cwd: string
const git = (...args: string[]) => execFileSync("git", args, { cwd })
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "alien-git-"))
})
afterEach(() => rm(cwd, { recursive: true }))

test("it tells the commit and the branch of the repository that a stack lies in, and whether files differ from it", async () => {
  const author = ["-c", "user.name=u", "-c", "user.email=u@example.com", "-c", "commit.gpgsign=false"]
  git("init", "-q", "-b", "trunk")
  git(...author, "commit", "-q", "--allow-empty", "-m", "feat: first\n\nbody")
  await writeFile(join(cwd, "alien.ts"), "")
  expect(await gitMetadata(cwd)).toMatchObject({ dirty: true })
  git("add", ".")
  git(...author, "commit", "-q", "--amend", "--no-edit")
  for (const stack of [cwd, join(cwd, "alien.ts")])
    expect(await gitMetadata(stack)).toEqual({
      commitSha: expect.stringMatching(/^[0-9a-f]{40}$/),
      commitRef: "trunk",
      commitMessage: "feat: first\n\nbody",
    })
})

test("it tells nothing before the first commit and outside of a repository", async () => {
  expect(await gitMetadata(cwd)).toBeUndefined()
  git("init", "-q")
  expect(await gitMetadata(cwd)).toBeUndefined()
})
