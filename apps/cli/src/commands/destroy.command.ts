import { defineCommand } from "../command.ts"
import { requiredName, timeout, yes } from "./options.ts"

export const destroy = defineCommand({
  name: "destroy",
  arguments: [requiredName],
  summary: "delete a deployment with everything that was made for it",
  long: true,
  connects: true,
  options: [
    ["--detach", "delete nothing: take our marks off where that can be, and leave what was made for good"],
    ["--forget", "delete nothing and ask the platform nothing: leave what was made, so that it can be adopted later"],
    yes,
    timeout("15m"),
  ],
  examples: ["alien destroy shop", "alien destroy shop --yes", "alien destroy shop --forget"],
  load: async () => (await import("./destroy.ts")).destroy,
})
