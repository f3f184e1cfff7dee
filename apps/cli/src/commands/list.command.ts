import { defineCommand } from "../command.ts"

export const list = defineCommand({
  name: "list",
  arguments: [],
  summary: "list the deployments",
  connects: true,
  options: [],
  examples: ["alien list", "alien list --json"],
  load: async () => (await import("./list.ts")).list,
})
