import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { programImport } from "./program-import.ts"

const run = promisify(execFile)

test("it makes a program of its own find names under .localhost at loopback", async () => {
  const program = `import { lookup } from "node:dns/promises"; console.log((await lookup("api.dev.localhost")).address)`
  const args = ["--import", programImport(), "--input-type=module", "--eval", program]
  expect((await run(process.execPath, args)).stdout).toBe("127.0.0.1\n")
})
