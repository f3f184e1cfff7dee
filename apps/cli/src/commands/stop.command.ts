import { defineCommand } from "../command.ts"

export const stop = defineCommand({
  name: "stop",
  arguments: [],
  summary: "end what runs on this machine for a manager that has stopped",
  connects: false,
  options: [
    ["--data <directory>", "the manager's data directory (ALIEN_DATA, default: ~/.local/share/alien/manager)"],
    ["--config <file>", "its configuration file (ALIEN_CONFIG, default: alien.config.json where it exists)"],
  ],
  notes: "Workloads, gateway and supervisor end; nothing is forgotten, and the next alien serve starts them again.",
  examples: ["alien stop", "alien stop --data /var/lib/alien"],
  load: async () => (await import("../serve/stop.ts")).stop,
})
