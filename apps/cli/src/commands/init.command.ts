import { defineCommand } from "../command.ts"
import { yes } from "./options.ts"

export const init = defineCommand({
  name: "init",
  arguments: [["[directory]", "where to write it (default: here)"]],
  summary: "write a stack to start from",
  connects: false,
  options: [
    ["--template <name>", "worker (default) or container"],
    ["--packages", "only vendor/, with the packages of this alien, into a project that is there already"],
    yes,
  ],
  notes: "Files that exist are left as they are; --packages replaces what it wrote before.",
  examples: ["alien init", "alien init shop --template container", "alien init --yes", "alien init --packages"],
  load: async () => (await import("../init/init.ts")).init,
})
