import { type CommandGroup, defineCommand } from "../command.ts"
import { yes } from "./options.ts"

export const tokens: CommandGroup = {
  name: "tokens",
  summary: "make, list and revoke tokens",
  commands: [
    defineCommand({
      name: "create",
      arguments: [],
      summary: "make a token; it is printed once, alone on stdout",
      connects: true,
      options: [
        ["--role <role>", "admin, or customer: one deployment, its settings, plans and DNS"],
        ["--deployment <name>", "the only one that it is good for; for a customer"],
        ["--description <text>", "whose it is, for the list"],
      ],
      examples: [
        "alien tokens create --role customer --deployment shop --description 'Megacorp'",
        "alien tokens create --role admin > ci.token",
      ],
      load: async () => (await import("./tokens-create.ts")).tokensCreate,
    }),
    defineCommand({
      name: "list",
      arguments: [],
      summary: "list the tokens; never the tokens themselves",
      connects: true,
      options: [],
      examples: ["alien tokens list"],
      load: async () => (await import("./tokens-list.ts")).tokensList,
    }),
    defineCommand({
      name: "revoke",
      arguments: [["<id>", "tok_…, as the list has it"]],
      summary: "make a token worthless",
      connects: true,
      options: [yes],
      examples: ["alien tokens revoke tok_2x7w9k4m8p1qz5rt"],
      load: async () => (await import("./tokens-revoke.ts")).tokensRevoke,
    }),
  ],
}
