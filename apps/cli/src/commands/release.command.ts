import { defineCommand } from "../command.ts"
import { stack } from "./options.ts"

export const release = defineCommand({
  name: "release",
  arguments: [],
  summary: "build a stack and publish it as a release",
  long: true,
  connects: true,
  options: [
    stack,
    ["--platform <name>", "what it is built for (default: local)"],
    ["--base-image <reference>", "the image that images of it are built on; resolved to its digest now, and recorded"],
  ],
  notes:
    "Deployments that follow the newest release (`updates` is auto, the default) install it at once. In a git\n" +
    "repository the release remembers the commit. local runs sources without an image: it records --base-image, and does\n" +
    "not use it.",
  examples: ["alien release", "alien release --stack ./alien.ts"],
  load: async () => (await import("./release.ts")).release,
})
