import { defineCommand } from "../command.ts"
import { aName } from "./options.ts"

export const info = defineCommand({
  name: "info",
  arguments: [aName],
  summary: "show the endpoints of a deployment and what they wait for",
  connects: true,
  options: [],
  examples: ["alien info shop", "alien info shop --json"],
  load: async () => (await import("./info.ts")).info,
})
