import { defineCommand } from "../command.ts"
import { optionalName } from "./options.ts"

export const info = defineCommand({
  name: "info",
  arguments: [optionalName],
  summary: "show the endpoints of a deployment and what they wait for",
  connects: true,
  options: [],
  examples: ["alien info shop", "alien info shop --json"],
  load: async () => (await import("./info.ts")).info,
})
