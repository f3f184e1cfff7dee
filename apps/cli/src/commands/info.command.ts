import { defineCommand } from "../command.ts"
import { optionalName } from "./options.ts"

export const info = defineCommand({
  name: "info",
  arguments: [optionalName],
  summary: "show the endpoints of a deployment and what they wait for",
  connects: true,
  options: [["--curl", "print only a curl command line for each http endpoint"]],
  examples: ["alien info shop", "alien info shop --curl", "alien info shop --json"],
  load: async () => (await import("./info.ts")).info,
})
