import { defineCommand } from "../command.ts"
import { optionalName } from "./options.ts"

export const logs = defineCommand({
  name: "logs",
  arguments: [optionalName, ["[resource]", "only this one", "resource"]],
  summary: "show what the workloads wrote",
  long: true,
  connects: true,
  options: [
    ["-f, --follow", "go on with what they write from now on, until Ctrl-C"],
    [
      "--since <when>",
      "only what is newer: 10m, 2h, a time such as 2030-01-31T12:00Z, or the cursor of an earlier --json",
    ],
    ["--limit <number>", "at most this many lines, 1 to 1000 (default: 200)"],
    ["--access", "also the requests that were answered"],
  ],
  examples: ["alien logs shop", "alien logs shop api --follow", "alien logs --since 10m --access"],
  load: async () => (await import("./logs.ts")).logs,
})
