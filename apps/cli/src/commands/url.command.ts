import { defineCommand } from "../command.ts"

export const url = defineCommand({
  name: "url",
  arguments: [
    ["<target...>", "[deployment] resource[.endpoint]; the deployment may be left out where there is only one"],
  ],
  summary: "print one URL",
  connects: true,
  options: [["--deployment <name>", "the deployment, instead of the first argument"]],
  examples: ["alien url shop api", "alien url api.webhooks --deployment shop", "curl $(alien url api)"],
  load: async () => (await import("./url.ts")).url,
})
