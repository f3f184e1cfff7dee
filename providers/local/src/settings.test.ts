import { parseStackSettings } from "@alienplatform/core"
import { expect, test } from "vitest"
import { local } from "./index.ts"

const paths = (settings: unknown) => local.settings?.(parseStackSettings(settings)).map(({ path }) => path)

test("one machine refuses each setting that only a cloud can fulfil, at its place", () => {
  expect(
    paths({
      network: { type: "create", cidr: "10.0.0.0/20" },
      domains: {
        customDomains: {
          api: { domain: "api.example.com", certificate: { local: { certificateFile: "/a", keyFile: "/b" } } },
        },
      },
      endpoints: { api: { exposure: "network", providerUrl: "close" } },
    }),
  ).toEqual(["network.type", "domains.customDomains.api", "endpoints.api.exposure", "endpoints.api.providerUrl"])
})

test("what asks for nothing is taken", () => {
  const settings = {
    network: { type: "use-default" },
    endpoints: { api: { exposure: "internet", providerUrl: "open" } },
  }
  expect(paths(settings)).toEqual([])
  expect(paths({})).toEqual([])
})
