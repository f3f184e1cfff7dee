import { spawn } from "node:child_process"
import { expect, test } from "vitest"
import { tryDev } from "./dev.ts"

test("an alien dev that ends before it is ready has failed, so it throws with what it said", async () => {
  const dev = spawn(process.execPath, ["--eval", `console.log("no stack here"); process.exitCode = 3`])
  await expect(tryDev(dev, async () => "")).rejects.toThrow("alien dev ended with 3\nno stack here")
})
