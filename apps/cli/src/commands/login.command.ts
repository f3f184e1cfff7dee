import { defineCommand } from "../command.ts"

export const login = defineCommand({
  name: "login",
  arguments: [["[url]", "of the manager (default: the one that is used today)"]],
  summary: "remember a manager and its token for this user",
  connects: false,
  options: [["--token <token>", "the token; better: let it ask, or give it on stdin"]],
  notes:
    "The token is read from a hidden prompt, or from stdin where there is no terminal. The manager is asked whose it is\n" +
    "before anything is written; the file is readable by its owner only.",
  examples: ["alien login https://manager.example.com", "alien login http://127.0.0.1:7400 < token.txt"],
  load: async () => (await import("./login.ts")).login,
})
