import { spawn } from "node:child_process"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, expect, test } from "vitest"

const launcher = resolve(import.meta.dirname, "../../bin/alien")

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-disk-"))
  await mkdir(join(directory, "disk"))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/**
 * Runs a Node program where `$DISK` is a file system of its own, which nobody else sees and which goes with the process.
 * Needs root, or user namespaces. `mounted`: shell commands that make it what it has to be.
 */
async function runOn(mounted: string, args: readonly string[]) {
  const script = `set -e; export DISK="$1" TMPDIR="$1"; shift; ${mounted}; "$@" || exit $?`
  // The process numbers are its own too, so that nothing outlives it whatever happens; the shell, the first, collects the dead.
  const own = ["--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc"]
  const namespace = process.getuid?.() === 0 ? own : [...own, "--user", "--map-root-user"]
  const environment = { PATH: process.env.PATH ?? "", ALIEN_HOME: join(directory, "home") }
  const child = spawn(
    "unshare",
    [...namespace, "sh", "-c", script, "sh", join(directory, "disk"), process.execPath, ...args],
    { env: environment, stdio: ["ignore", "pipe", "pipe"] },
  )
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code) => resolve(code ?? 1))
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { exit: await ended, stdout, stderr }
}

const serve = () => [launcher, "serve", "--data", join(directory, "disk/data"), "--port", "0"]

test("a manager whose data directory cannot be written says so and ends", async () => {
  const { exit, stderr } = await runOn(
    `mount -t tmpfs -o size=1m none "$DISK"; mkdir "$DISK/data"; mount -o remount,ro "$DISK"`,
    serve(),
  )
  expect(stderr).toContain("code  store_unavailable")
  expect(stderr).toContain("we may write there")
  expect(exit).toBe(5)
})

test("a manager that starts on a full disk says so and ends", async () => {
  const full = `mount -t tmpfs -o size=1m none "$DISK"; head -c 2M /dev/zero > "$DISK/other" 2>/dev/null || true`
  const { exit, stderr } = await runOn(full, serve())
  expect(stderr).toMatch(/disk is full|no space left/)
  expect(exit).not.toBe(0)
})

test("a disk that gets full costs updates, which are refused with the reason; what runs serves on, and with room all goes on", async () => {
  const { exit, stdout, stderr } = await runOn(`mount -t tmpfs -o size=64m none "$DISK"`, [
    join(import.meta.dirname, "full-disk.fixture.ts"),
  ])
  expect(exit, stderr).toBe(0)
  const { full, room } = JSON.parse(stdout)
  expect(full.update).toMatch(/^store_unavailable: .*full/)
  expect(full.answer).toBe("here")
  expect(room).toEqual({ update: "taken", answer: "changed" })
}, 90_000)
