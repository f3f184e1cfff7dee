import { defineCommand } from "../command.ts"
import { stack } from "./options.ts"

export const dev = defineCommand({
  name: "dev",
  arguments: [],
  summary: "run the stack of this folder, and install every change of its sources",
  long: true,
  connects: false,
  options: [stack, ["--access", "also show each request that the gateway answers"]],
  notes:
    "The deployment is called like the folder. What is kept lies in .alien beside the stack's file, and Ctrl-C stops\nall that runs.\n" +
    "While it runs, the other commands of this folder and of those below it use its manager.",
  examples: ["alien dev", "alien dev --stack ./shop/alien.ts", "alien curl"],
  load: async () => (await import("../dev/dev.ts")).dev,
})
