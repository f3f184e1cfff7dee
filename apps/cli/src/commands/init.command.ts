import { defineCommand } from "../command.ts"
import { yes } from "./options.ts"

export const init = defineCommand({
  name: "init",
  arguments: [["[directory]", "where to write it (default: here)"]],
  summary: "write a stack to start from",
  connects: false,
  options: [["--template <name>", "worker (default) or container"], yes],
  notes: "Files that exist are left as they are.",
  examples: ["alien init", "alien init shop --template container", "alien init --yes"],
  load: async () => (await import("../init/init.ts")).init,
})
