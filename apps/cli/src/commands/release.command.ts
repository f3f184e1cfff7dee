import { defineCommand } from "../command.ts"
import { stack, target } from "./options.ts"

export const release = defineCommand({
  name: "release",
  arguments: [],
  summary: "build a stack and publish it as a release",
  long: true,
  connects: true,
  options: [
    stack,
    ["--platform <names>", "what it is for, separated by commas (default: local)"],
    target,
    ["--base-image <reference>", "the image that images of it are built on; resolved to its digest now, and recorded"],
  ],
  notes:
    "Deployments that follow the newest release (`updates` is auto, the default) install it at once. In a git\n" +
    "repository the release remembers the commit. One release may serve several platforms; a deployment follows the\n" +
    "newest one for its own. Where one of them refuses the stack, there is no release. local runs sources without an\n" +
    "image: it records --base-image, and does not use it.",
  examples: ["alien release", "alien release --platform local", "alien release --stack ./alien.ts"],
  load: async () => (await import("./release.ts")).release,
})
