import { defineCommand } from "../command.ts"

export const url = defineCommand({
  name: "url",
  arguments: [
    [
      "[target...]",
      "[deployment] [resource[.endpoint]]; what there is only one of may be left out, and a resource alone is its publicUrl",
      "endpoint",
    ],
  ],
  summary: "print one URL",
  connects: true,
  options: [["--deployment <name>", "the deployment, instead of the first argument"]],
  examples: [
    "alien url shop",
    "alien url shop api",
    "alien url api.web --deployment shop",
    "alien url shop api --json",
  ],
  load: async () => (await import("./url.ts")).url,
})
