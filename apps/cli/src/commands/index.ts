import { type CommandDefinition, defineCommand } from "../command.ts"

const name = ["<name>", "name of the deployment"] as const
const stack = ["--stack <file>", "the stack (default: alien.ts)"] as const
const release = ["--release <id>", "a release that exists already; nothing is built"] as const
const settings = ["--settings <file>", "the customer's stack settings, JSON"] as const
const platform = ["--platform <name>", "where a new deployment goes: local (default)"] as const
const yes = ["-y, --yes", "do not ask"] as const

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  defineCommand({
    name: "serve",
    arguments: [],
    summary: "run a manager on this machine",
    long: true,
    connects: false,
    options: [
      ["--data <directory>", "where it remembers everything (ALIEN_DATA, default: ./.alien)"],
      ["--port <number>", "port on 127.0.0.1 (ALIEN_PORT, default: the first free one from 7400)"],
      ["--config <file>", "configuration file (ALIEN_CONFIG, default: alien.config.json where it exists)"],
      ["--print-config", "print what it would run with, secrets masked, and stop"],
    ],
    notes:
      'Configuration: flags come before environment variables, and these before the file, {"data": "./.alien", "port": 7400}.',
    examples: ["alien serve", "alien serve --data /var/lib/alien --port 7400", "alien serve --print-config"],
    load: async () => (await import("./serve.ts")).serve,
  }),
  defineCommand({
    name: "deploy",
    arguments: [name],
    summary: "build a stack and install it as a deployment",
    long: true,
    connects: true,
    options: [
      platform,
      stack,
      release,
      settings,
      yes,
      ["--timeout <duration>", "stop waiting after this long, for example 90s, 10m (default: 15m)"],
    ],
    examples: [
      "alien deploy shop",
      "alien deploy shop --stack ./alien.ts --yes",
      "alien deploy shop --settings shop.json",
    ],
    load: async () => (await import("./deploy.ts")).deploy,
  }),
  defineCommand({
    name: "info",
    arguments: [name],
    summary: "show the endpoints of a deployment and what they wait for",
    connects: true,
    options: [],
    examples: ["alien info shop", "alien info shop --json"],
    load: async () => (await import("./info.ts")).info,
  }),
  defineCommand({
    name: "url",
    arguments: [
      ["<target...>", "[deployment] resource[.endpoint]; the deployment may be left out where there is only one"],
    ],
    summary: "print one URL",
    connects: true,
    options: [],
    examples: ["alien url shop api", "alien url shop api.webhooks", "curl $(alien url api)"],
    load: async () => (await import("./url.ts")).url,
  }),
  defineCommand({
    name: "plan",
    arguments: [name],
    summary: "show what a deploy would do; nothing of it is installed",
    connects: true,
    options: [
      platform,
      stack,
      release,
      settings,
      ["--timeout <duration>", "stop waiting after this long (default: 5m)"],
    ],
    notes:
      "A name that is new becomes a deployment that is held: `alien list` shows it, nothing of it runs, and `alien destroy` forgets it.",
    examples: ["alien plan shop", "alien plan shop --release rel_2x7w9k4m8p1qz5rt"],
    load: async () => (await import("./plan.ts")).plan,
  }),
  defineCommand({
    name: "list",
    arguments: [],
    summary: "list the deployments",
    connects: true,
    options: [],
    examples: ["alien list", "alien list --json"],
    load: async () => (await import("./list.ts")).list,
  }),
  defineCommand({
    name: "destroy",
    arguments: [name],
    summary: "delete a deployment with everything that was made for it",
    long: true,
    connects: true,
    options: [yes, ["--timeout <duration>", "stop waiting after this long (default: 15m)"]],
    examples: ["alien destroy shop", "alien destroy shop --yes"],
    load: async () => (await import("./destroy.ts")).destroy,
  }),
]
