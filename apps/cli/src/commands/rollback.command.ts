import { defineCommand } from "../command.ts"
import { noWait, optionalName, timeout } from "./options.ts"

export const rollback = defineCommand({
  name: "rollback",
  arguments: [optionalName],
  summary: "go back to the release before, or to one that is named",
  long: true,
  connects: true,
  options: [
    ["--to <release>", "this release (default: the last one that was installed whole before)"],
    noWait,
    timeout("15m"),
  ],
  notes: "It stays at that release until `alien redeploy` follows the newest again.",
  examples: ["alien rollback shop", "alien rollback shop --to rel_2x7w9k4m8p1qz5rt"],
  load: async () => (await import("./rollback.ts")).rollback,
})
