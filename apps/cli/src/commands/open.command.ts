import { defineCommand } from "../command.ts"

export const open = defineCommand({
  name: "open",
  arguments: [["[target...]", "as for `alien url`; nothing = the first resource's", "endpoint"]],
  summary: "open an endpoint in the browser",
  connects: true,
  options: [["--deployment <name>", "the deployment, instead of the first argument"]],
  notes: "Where no browser can be opened it prints the URL.",
  examples: ["alien open shop", "alien open shop api.web"],
  load: async () => (await import("./open.ts")).open,
})
