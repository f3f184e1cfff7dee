import { join } from "node:path"
import { captureChild } from "../run-child.ts"
import type { Check } from "./check.ts"

/** A check that runs a program of the development dependencies, which exits with 0 when all is well. */
const tool = (name: string, entry: string, options: readonly string[]): Check => ({
  name,
  async run(root) {
    const { exit, output } = await captureChild(process.execPath, [join(root, "node_modules", entry), ...options], {
      cwd: root,
      environment: { NO_COLOR: "1", FORCE_COLOR: "0" },
    })
    return exit === 0 ? [] : [output.trim() || `${name} ended with ${exit} and said nothing`]
  },
})

export const types = tool("types", "typescript/bin/tsc", ["-p", "."])
export const lint = tool("format and lint", "@biomejs/biome/bin/biome", ["check", "--colors=off", "."])
export const deadCode = tool("dead code and dependencies", "knip/bin/knip.js", ["--no-progress"])
