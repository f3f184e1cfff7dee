import { defineCommand } from "../command.ts"
import { optionalName, timeout } from "./options.ts"

export const wait = defineCommand({
  name: "wait",
  arguments: [optionalName],
  summary: "wait until a deployment is ready, deleted, or a condition holds",
  long: true,
  connects: true,
  options: [
    ["--for <what>", "ready (default), deleted, or a condition of its endpoints: target, certificate, dns, reachable"],
    ["--endpoint <target>", "only this one: resource[.endpoint]"],
    timeout("5m"),
  ],
  notes: "Waiting for a person goes on until the timeout; the exit code is 3 then.",
  examples: ["alien wait shop", "alien wait shop --for dns --timeout 1h", "alien wait shop --for deleted"],
  load: async () => (await import("./wait.ts")).wait,
})
