import { defineCommand } from "../command.ts"
import { stack, target } from "./options.ts"

export const release = defineCommand({
  name: "release",
  arguments: [],
  summary: "build a stack and publish it as a release",
  long: true,
  connects: true,
  options: [stack, ["--platform <name>", "what it is built for (default: local)"], target],
  notes:
    "Deployments that follow the newest release (`updates` is auto, the default) install it at once. In a git\n" +
    "repository the release remembers the commit.",
  examples: ["alien release", "alien release --stack ./alien.ts"],
  load: async () => (await import("./release.ts")).release,
})
