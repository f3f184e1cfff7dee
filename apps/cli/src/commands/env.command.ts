import { type CommandGroup, defineCommand } from "../command.ts"
import { optionalName, timeout, wait } from "./options.ts"

export const env: CommandGroup = {
  name: "env",
  summary: "set environment variables of the workloads",
  commands: [
    defineCommand({
      name: "set",
      arguments: [
        ["<arguments...>", "[name] KEY=VALUE…; KEY alone asks for the value, or reads it from stdin", "deployment"],
      ],
      summary: "set variables; workloads that see them are replaced",
      long: true,
      connects: true,
      options: [
        ["--secret", "never show the value again: not in answers, plans or logs"],
        ["--resource <id>", "only for this resource; may be given several times (default: all)", "list"],
        wait,
        timeout("15m"),
      ],
      notes: "Give a secret by its KEY alone: then it is in no list of processes and in no shell's history.",
      examples: [
        "alien env set shop LOG_LEVEL=debug",
        "alien env set shop STRIPE_KEY --secret",
        "alien env set shop STRIPE_KEY --secret --resource api < key.txt",
      ],
      load: async () => (await import("./env-set.ts")).envSet,
    }),
    defineCommand({
      name: "list",
      arguments: [optionalName],
      summary: "list the variables; values of secrets are not shown",
      connects: true,
      options: [],
      examples: ["alien env list shop"],
      load: async () => (await import("./env-list.ts")).envList,
    }),
    defineCommand({
      name: "unset",
      arguments: [["<arguments...>", "[name] KEY…", "deployment"]],
      summary: "remove variables",
      long: true,
      connects: true,
      options: [wait, timeout("15m")],
      examples: ["alien env unset shop LOG_LEVEL"],
      load: async () => (await import("./env-unset.ts")).envUnset,
    }),
  ],
}
