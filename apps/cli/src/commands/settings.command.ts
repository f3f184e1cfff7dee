import { type CommandGroup, defineCommand } from "../command.ts"
import { optionalName, timeout, wait } from "./options.ts"

export const settings: CommandGroup = {
  name: "settings",
  summary: "read and change what the customer chose",
  commands: [
    defineCommand({
      name: "get",
      arguments: [optionalName],
      summary: "print the stack settings of a deployment",
      connects: true,
      options: [["--path <path>", "only this member: domains.customDomains"]],
      examples: ["alien settings get shop", "alien settings get shop --path updates"],
      load: async () => (await import("./settings-get.ts")).settingsGet,
    }),
    defineCommand({
      name: "set",
      arguments: [
        [
          "[arguments...]",
          "[name] PATH=VALUE…; the name may be left out where there is only one deployment",
          "deployment",
        ],
      ],
      summary: "change stack settings; the deployment follows at once",
      long: true,
      connects: true,
      options: [["--file <file>", "all settings, JSON: what is not in the file is removed"], wait, timeout("15m")],
      notes:
        'VALUE is JSON where it reads as JSON, else text; null removes. A key with a dot stands in brackets: endpoints["api.web"].exposure=network\n' +
        "Private keys are taken from a file only.",
      examples: ["alien settings set shop --file shop.json", "alien settings set shop updates=approval-required"],
      load: async () => (await import("./settings-set.ts")).settingsSet,
    }),
    defineCommand({
      name: "diff",
      arguments: [optionalName],
      summary: "compare a settings file with a deployment",
      connects: true,
      options: [["--file <file>", "the settings, JSON (default: settings.json)"]],
      notes: "Exit code 0 where they are the same, 1 where they differ.",
      examples: ["alien settings diff shop --file shop.json"],
      load: async () => (await import("./settings-diff.ts")).settingsDiff,
    }),
  ],
}
