import { defineCommand } from "../command.ts"

export const curl = defineCommand({
  name: "curl",
  arguments: [
    [
      "[target...]",
      "[deployment] [resource[.endpoint]] [/path]; what there is only one of may be left out, and after -- come options of curl",
      "endpoint",
    ],
  ],
  passesOn: "curl's options",
  summary: "ask an endpoint with curl, its certificate verified",
  connects: true,
  options: [
    ["--deployment <name>", "the deployment, instead of the first argument"],
    ["--host <host>", "by this host of the endpoint, instead of the one in its URL"],
  ],
  notes:
    "Runs curl, told where the host is and which certificate authority to trust, and ends with curl's exit code.\n" +
    "With --json it prints {url, resource, endpoint, state, command, exitCode, stdout, stderr}.",
  examples: [
    "alien curl shop",
    "alien curl shop api /health",
    "alien curl shop api.web '/items?limit=1' -- --include",
    `alien curl shop api /items -- --data '{"name":"tea"}' --fail`,
  ],
  load: async () => (await import("./curl.ts")).curl,
})
