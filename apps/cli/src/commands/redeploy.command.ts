import { defineCommand } from "../command.ts"
import { noWait, optionalName, release, replaceStack, timeout } from "./options.ts"

export const redeploy = defineCommand({
  name: "redeploy",
  arguments: [optionalName],
  summary: "install the newest release, or the one that is named",
  long: true,
  connects: true,
  options: [release, replaceStack, noWait, timeout("15m")],
  notes:
    "It follows the newest release from then on, unless `updates` is approval-required; an older release that is named is\n" +
    "kept until the next redeploy or deploy.",
  examples: ["alien redeploy shop", "alien redeploy shop --release rel_2x7w9k4m8p1qz5rt"],
  load: async () => (await import("./redeploy.ts")).redeploy,
})
