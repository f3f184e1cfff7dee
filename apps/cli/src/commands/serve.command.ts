import { defineCommand } from "../command.ts"

export const serve = defineCommand({
  name: "serve",
  arguments: [],
  summary: "run a manager on this machine",
  long: true,
  connects: false,
  options: [
    ["--data <directory>", "where it remembers everything (ALIEN_DATA, default: ~/.local/share/alien/manager)"],
    ["--port <number>", "port on 127.0.0.1 (ALIEN_PORT, default: the first free one from 7400)"],
    [
      "--keep-releases <number>",
      "releases of each stack and platform that stay, beside those in use (ALIEN_KEEP_RELEASES, default: 30)",
    ],
    [
      "--public-url <url>",
      "where a proxy serves it by https, for customers and workloads elsewhere (ALIEN_PUBLIC_URL, default: nowhere)",
    ],
    ["--config <file>", "configuration file (ALIEN_CONFIG, default: alien.config.json where it exists)"],
    ["--print-config", "print what it would run with, secrets masked, and stop"],
  ],
  notes:
    'Configuration: flags come before environment variables, and these before the file, {"data": "./data", "port": 7400, "publicUrl": "https://…",\n"keepReleases": 30}. Older releases, and artifacts that none needs, are removed once a day.',
  examples: [
    "alien serve",
    "alien serve --data /var/lib/alien --port 7400",
    "alien serve --public-url https://manager.example.com",
    "alien serve --print-config",
  ],
  load: async () => (await import("./serve.ts")).serve,
})
