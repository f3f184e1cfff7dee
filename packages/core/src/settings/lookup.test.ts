import { expect, test } from "vitest"
import { Container } from "../index.ts"
import { customDomainsOf, endpointSettingsOf } from "./lookup.ts"
import { parseStackSettings } from "./parse.ts"

const { config } = new Container("gateway")
  .code({ type: "image", image: "acme/gateway" })
  .publicEndpoint("web", 80)
  .publicEndpoint("admin", 81)
  .build()
const domain = (name: string) => ({ domain: name, certificate: {} })

test("finds the domains of the first endpoint by the resource alone, those of others by their full key", () => {
  const settings = parseStackSettings({
    domains: {
      customDomains: {
        gateway: domain("web.example.com"),
        "gateway.admin": [domain("a.example.com"), domain("b.example.com")],
      },
    },
  })
  expect(customDomainsOf(settings, config, "web").map((one) => one.domain)).toEqual(["web.example.com"])
  expect(customDomainsOf(settings, config, "admin").map((one) => one.domain)).toEqual([
    "a.example.com",
    "b.example.com",
  ])
  expect(customDomainsOf(parseStackSettings({}), config, "web")).toEqual([])
})

test("closes the provider's URL of an endpoint that is not for the internet, unless told", () => {
  const settings = parseStackSettings({
    endpoints: { gateway: { exposure: "network" }, "gateway.admin": { exposure: "services", providerUrl: "open" } },
  })
  expect(endpointSettingsOf(settings, config, "web")).toEqual({ exposure: "network", providerUrl: "close" })
  expect(endpointSettingsOf(settings, config, "admin")).toEqual({ exposure: "services", providerUrl: "open" })
  expect(endpointSettingsOf(parseStackSettings({}), config, "web")).toEqual({
    exposure: "internet",
    providerUrl: "open",
  })
})
