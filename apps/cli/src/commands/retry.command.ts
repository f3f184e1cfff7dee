import { defineCommand } from "../command.ts"
import { noWait, optionalName, timeout } from "./options.ts"

export const retry = defineCommand({
  name: "retry",
  arguments: [optionalName],
  summary: "try again what was refused for good",
  long: true,
  connects: true,
  options: [noWait, timeout("15m")],
  examples: ["alien retry shop"],
  load: async () => (await import("./retry.ts")).retry,
})
