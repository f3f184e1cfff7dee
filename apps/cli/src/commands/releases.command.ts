import { defineCommand } from "../command.ts"

export const releases = defineCommand({
  name: "releases",
  arguments: [],
  summary: "list the releases, newest first",
  connects: true,
  options: [
    ["--limit <number>", "at most this many (default: 20)"],
    ["--drafts", "also those that were only planned"],
  ],
  examples: ["alien releases", "alien releases --limit 5 --json"],
  load: async () => (await import("./releases.ts")).releases,
})
