import { defineCommand } from "../command.ts"
import { stack, target } from "./options.ts"

export const build = defineCommand({
  name: "build",
  arguments: [],
  summary: "build a stack, and show what would travel to where it runs",
  connects: false,
  options: [["--list", "every file, and every module in the bundle"], stack, target],
  notes: "Nothing is uploaded, and no manager is asked. With --json every file is listed.",
  examples: ["alien build", "alien build --list", "alien build --target linux-arm64", "alien build --json"],
  load: async () => (await import("./build.ts")).build,
})
