import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { kill, processesOf } from "./processes.ts"

test.runIf(process.platform === "linux")(
  "a process that was started with a folder is found, and killed it is gone",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "alien-processes-"))
    const child = spawn(process.execPath, ["--eval", "console.log(1); setInterval(() => {}, 1000)", folder])
    try {
      await once(child.stdout, "data")
      const found = await processesOf(folder)
      expect(found).toEqual([{ pid: child.pid, commandLine: expect.stringContaining(folder) }])
      const exit = once(child, "exit")
      found.forEach(kill)
      expect(await exit).toEqual([null, "SIGKILL"])
      expect(await processesOf(folder)).toEqual([])
      expect(() => found.forEach(kill)).not.toThrow()
    } finally {
      child.kill("SIGKILL")
      await rm(folder, { recursive: true })
    }
  },
)
