import { expect, test } from "vitest"
import { Daemon } from "./daemon.ts"

test("is small by default, and has what a container has but replicas", () => {
  const { config, violations } = new Daemon("Agent_1")
    .code({ type: "image", image: "acme/agent" })
    .commandsEnabled(true)
    .publicEndpoint("metrics", 9100)
    .build()
  expect(violations).toEqual([])
  expect(config).toEqual({
    type: "daemon",
    id: "Agent_1",
    code: { type: "image", image: "acme/agent" },
    cpu: { min: "0.1", desired: "0.1" },
    memory: { min: "128Mi", desired: "128Mi" },
    environment: {},
    links: [],
    ports: [],
    publicEndpoints: [{ name: "metrics", port: 9100, protocol: "http", wildcardSubdomains: false }],
    stopGracePeriodSeconds: 30,
    commandsEnabled: true,
  })
})
