import { defineCommand } from "../command.ts"
import { optionalName } from "./options.ts"

export const status = defineCommand({
  name: "status",
  arguments: [optionalName],
  summary: "say in short which endpoints work, and who has to do what",
  connects: true,
  options: [],
  notes:
    "Exit code 0 where every endpoint is ready, 3 where a person has to act, 1 where it failed or is not there yet.",
  examples: ["alien status shop", "alien status shop --json"],
  load: async () => (await import("./status.ts")).status,
})
