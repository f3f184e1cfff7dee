import { defineCommand } from "../command.ts"
import {
  adopt,
  platform,
  release,
  replaceStack,
  requiredName,
  settings,
  stack,
  target,
  timeout,
  yes,
} from "./options.ts"

export const deploy = defineCommand({
  name: "deploy",
  arguments: [requiredName],
  summary: "build a stack and install it as a deployment",
  long: true,
  connects: true,
  options: [platform, stack, target, release, settings, adopt, replaceStack, yes, timeout("15m")],
  notes: "Shows the plan and asks before anything changes. The first Ctrl-C while it waits leaves it to the manager.",
  examples: [
    "alien deploy shop",
    "alien deploy shop --stack ./alien.ts --yes",
    "alien deploy shop --settings shop.json",
    "alien deploy shop --adopt dep_2x7w9k4m8p1qz5rt",
  ],
  load: async () => (await import("./deploy.ts")).deploy,
})
