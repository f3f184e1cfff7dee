import { defineCommand } from "../command.ts"

export const doctor = defineCommand({
  name: "doctor",
  arguments: [],
  summary: "check everything on this machine that has to be right, and say what to do",
  connects: true,
  options: [
    ["--data <directory>", "the data directory to look at (ALIEN_DATA, default: ~/.local/share/alien/manager)"],
  ],
  notes: "It changes nothing. Exit code 1 when a check fails.",
  examples: ["alien doctor", "alien doctor --json"],
  load: async () => (await import("../doctor/doctor.ts")).doctor,
})
