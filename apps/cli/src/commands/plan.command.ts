import { defineCommand } from "../command.ts"
import { adopt, platform, release, replaceStack, requiredName, settings, stack, target, timeout } from "./options.ts"

export const plan = defineCommand({
  name: "plan",
  arguments: [requiredName],
  summary: "show what a deploy would do, and change nothing",
  connects: true,
  options: [platform, stack, target, release, settings, adopt, replaceStack, timeout("5m")],
  notes: "What it builds is kept as a draft that no deployment follows, so that --release can install just that.",
  examples: ["alien plan shop", "alien plan shop --release rel_2x7w9k4m8p1qz5rt"],
  load: async () => (await import("./plan.ts")).plan,
})
