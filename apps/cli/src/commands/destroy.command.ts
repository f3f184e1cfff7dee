import { defineCommand } from "../command.ts"
import { theName, timeout, yes } from "./options.ts"

export const destroy = defineCommand({
  name: "destroy",
  arguments: [theName],
  summary: "delete a deployment with everything that was made for it",
  long: true,
  connects: true,
  options: [yes, timeout("15m")],
  examples: ["alien destroy shop", "alien destroy shop --yes"],
  load: async () => (await import("./destroy.ts")).destroy,
})
