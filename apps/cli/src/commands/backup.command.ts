import { defineCommand } from "../command.ts"

export const backup = defineCommand({
  name: "backup",
  arguments: [["<directory>", "on the manager's machine: not there yet, or empty"]],
  summary: "copy the installation of a manager while it works",
  long: true,
  connects: true,
  options: [],
  notes:
    "In it are the database, the key, artifacts and certificates, as they are at one moment; `alien serve --data DIRECTORY`\n" +
    "opens it. Logs, what runs, and the certificate authority of this user are not.",
  examples: ["alien backup ./backup", "alien backup ../shop-2030-01-31 --json"],
  load: async () => (await import("./backup.ts")).backup,
})
