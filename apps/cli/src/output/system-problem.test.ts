import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { systemProblem } from "./system-problem.ts"

const refusal = (code: string, syscall: string, path: string) =>
  Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path })

test.each([
  ["EACCES", "mkdir", "/srv/u/.config cannot be made: permission denied (EACCES)"],
  ["EROFS", "open", "/srv/u/.config cannot be written: its file system is read-only (EROFS)"],
  ["ENOSPC", "write", "/srv/u/.config cannot be written: no space is left on its disk (ENOSPC)"],
  ["EACCES", "scandir", "/srv/u/.config cannot be read: permission denied (EACCES)"],
])("%s of %s names the place and the reason", (code, syscall, message) => {
  expect(systemProblem(refusal(code, syscall, "/srv/u/.config"))).toMatchObject({ code: "file_refused", message })
})

test("what is no refusal of a file stays as it is", () => {
  expect(systemProblem(new TypeError("x is not a function"))).toBeUndefined()
  expect(
    systemProblem(Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" })),
  ).toBeUndefined()
})

test.skipIf(process.platform !== "linux").each(["/proc/alien", "/proc/alien/data"])(
  "a data directory %s, where none can be made, is told at once",
  async (data) => {
    const folder = await mkdtemp(join(tmpdir(), "alien-system-"))
    try {
      const context = fakeContext({ cwd: folder, env: { ALIEN_HOME: folder } })
      expect(await run(["serve", "--data", data], context)).toBe(1)
      expect(context.err).toContain("/proc/alien cannot be made: the folder above it takes no new ones (ENOENT)")
      expect(context.err).toContain("code  file_refused")
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)

test("a home that is a file is told as such by the command, not as an internal error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "alien-system-"))
  try {
    await mkdir(join(folder, "d"))
    await writeFile(join(folder, "home"), "")
    const context = fakeContext({ cwd: folder, env: { ALIEN_HOME: join(folder, "home") } })
    expect(await run(["serve", "--data", join(folder, "d")], context)).toBe(1)
    expect(context.err).toContain(`${join(folder, "home")}`)
    expect(context.err).toContain("a part of the path is a file (ENOTDIR)")
    expect(context.err).toContain("code  file_refused")
  } finally {
    await rm(folder, { recursive: true })
  }
})
