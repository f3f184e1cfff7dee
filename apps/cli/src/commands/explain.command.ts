import { defineCommand } from "../command.ts"

export const explain = defineCommand({
  name: "explain",
  arguments: [["<code>", "the code of an error or a condition", "code"]],
  summary: "say what a code means, who acts and what to do",
  connects: false,
  options: [],
  examples: ["alien explain workload_crashed", "alien explain quota --json"],
  load: async () => (await import("./explain.ts")).explain,
})
