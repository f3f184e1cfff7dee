import { expect, test } from "vitest"
import { Container, Stack, Worker } from "../index.ts"
import { violationsThrown } from "../testing/violations-thrown.ts"
import { parseStackSettings } from "./parse.ts"

const image = { type: "image", image: "acme/api" } as const
const stack = new Stack("s")
  .add(new Worker("api").code(image).publicEndpoint("webhooks").build(), "live")
  .add(new Container("gateway").code(image).publicEndpoint("web", 80).publicEndpoint("db", 5432, "tcp").build(), "live")
  .add(new Worker("jobs").code(image).build(), "live")
  .build()

const arn = "arn:aws:acm:us-east-1:123456789012:certificate/2f1c4b7e"
const vault = "/subscriptions/0f/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v"
const certificateChain = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
const privateKey = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n"
const aws = { aws: { certificateArn: arn } }
const domains = (customDomains: unknown) => ({ domains: { customDomains } })
const codes = (value: unknown) => violationsThrown("settings_invalid", () => parseStackSettings(value, { stack }))
const codesWithoutStack = (value: unknown) => violationsThrown("settings_invalid", () => parseStackSettings(value))

test("parses the document of the public contract", () => {
  const settings = {
    domains: {
      customDomains: {
        api: { domain: "api.corp.megacorp.internal", certificate: { aws: { certificateArn: arn } } },
        "gateway.web": [
          { domain: "web.corp.megacorp.internal", certificate: { gcp: { certificateName: "web-2026" } } },
        ],
      },
    },
    endpoints: { api: { exposure: "network", providerUrl: "close" } },
  }
  expect(parseStackSettings(settings, { stack })).toEqual({ ...settings, updates: "auto" })
})

test("fills in the defaults and freezes", () => {
  const settings = parseStackSettings({ endpoints: { api: {} }, network: { type: "create" } })
  expect(settings).toEqual({
    endpoints: { api: { exposure: "internet" } },
    network: { type: "create", availability_zones: 2 },
    updates: "auto",
  })
  expect(Object.isFrozen(settings.network)).toBe(true)
})

test("takes null for absent, as the published contract writes it", () => {
  const certificate = {
    ...aws,
    gcp: null,
    azure: { keyVaultCertificateId: "https://v.vault.azure.net/certificates/c", keyVaultResourceId: null },
  }
  expect(
    parseStackSettings({
      network: null,
      compute: null,
      kubernetes: { cluster: null },
      domains: { customDomains: { api: { domain: "a.example.com", certificate } }, publicEndpointTarget: null },
    }),
  ).toMatchObject({ domains: { customDomains: { api: { certificate: aws } } }, updates: "auto" })
  expect(parseStackSettings({ domains: null })).toEqual({ updates: "auto" })
})

test.each([
  { compute: {} },
  { compute: { pools: {} } },
  { deploymentModel: "push" },
  { domains: {} },
  { domains: { customDomains: {} } },
  { endpoints: {} },
  { externalBindings: {} },
  { heartbeats: "off" },
  { heartbeats: "on" },
  { kubernetes: {} },
  { kubernetes: { exposure: { mode: "disabled" } } },
  { network: { type: "use-default" } },
  { publicEndpoints: {} },
  { publicEndpoints: { api: {} } },
  { airgapped: false },
  { compute: { containers: {} } },
  { endpointAccess: "internet" },
  { quotaWarningOverrides: [] },
  { setupManagement: "manual" },
  { telemetry: "off" },
  { telemetry: "auto" },
  { telemetry: "approval-required" },
  { updates: "auto" },
])("takes %j, which asks for nothing, and keeps it", (nothing) => {
  expect(parseStackSettings(nothing)).toEqual({ updates: "auto", ...nothing })
})

test.each([
  ["compute", { compute: { pools: { p: { mode: "fixed", machines: 1 } } } }],
  ["deploymentModel", { deploymentModel: "pull" }],
  ["externalBindings", { externalBindings: { a: {}, b: {} } }],
  ["kubernetes", { kubernetes: { exposure: { mode: "disabled" }, cluster: { ownership: "managed" } } }],
  ["kubernetes", { kubernetes: { exposure: { mode: "custom", domain: "a.example.com" } } }],
  ["publicEndpoints", { publicEndpoints: { api: { webhooks: "https://a.example.com" } } }],
  ["heartbeats", { heartbeats: "sometimes" }],
  ["telemetry", { telemetry: "sometimes" }],
  ["airgapped", { airgapped: true }],
  ["compute", { compute: { containers: { api: { cpu: 2 } } } }],
  ["endpointAccess", { endpointAccess: "private" }],
  ["quotaWarningOverrides", { quotaWarningOverrides: ["aws.vpc"] }],
  ["setupManagement", { setupManagement: "automatic" }],
  [
    "domains.customDomains.api.certificate.managed",
    domains({ api: { domain: "a.example.com", certificate: { managed: {} } } }),
  ],
  ["domains.publicEndpointTarget", { domains: { publicEndpointTarget: { mode: "machineAddresses" } } }],
  [
    "domains.customDomains.api.certificate.kubernetes",
    domains({ api: { domain: "a.example.com", certificate: { kubernetes: { tlsSecretRef: { secretName: "s" } } } } }),
  ],
])("refuses %s once, whatever stands in it", (path, value) => {
  expect(codes(value)).toEqual([[path, "setting_not_supported"]])
})

test.each([
  ["gcp", { gcp: { certificateName: "projects/p/locations/global/certificates/c" } }],
  [
    "azure",
    { azure: { keyVaultCertificateId: "https://v.vault.azure.net/secrets/c/0a1b", keyVaultResourceId: vault } },
  ],
  ["local", { local: { certificateFile: "/etc/tls/a.crt", keyFile: "/etc/tls/a.key" } }],
  ["pem", { pem: { certificateChain, privateKey } }],
  ["no platform yet", {}],
  ["several platforms", { ...aws, pem: { certificateChain, privateKey } }],
])("accepts a certificate for %s", (_platform, certificate) => {
  expect(codes(domains({ api: { domain: "a.example.com", certificate } }))).toEqual([])
})

test.each([
  ["aws.certificateArn", { aws: { certificateArn: "arn:aws:iam::1:server-certificate/x" } }],
  ["gcp.certificateName", { gcp: { certificateName: "../c" } }],
  ["azure.keyVaultCertificateId", { azure: { keyVaultCertificateId: "http://v/certificates/c" } }],
  [
    "azure.keyVaultResourceId",
    { azure: { keyVaultCertificateId: "https://v.vault.azure.net/certificates/c", keyVaultResourceId: "v" } },
  ],
  ["local.keyFile", { local: { certificateFile: "/a", keyFile: "key.pem" } }],
  ["pem.certificateChain", { pem: { certificateChain: "MIIB", privateKey } }],
  ["pem.privateKey", { pem: { certificateChain, privateKey: certificateChain } }],
])("refuses a malformed %s", (path, certificate) => {
  expect(codes(domains({ api: { domain: "a.example.com", certificate } }))).toEqual([
    [`domains.customDomains.api.certificate.${path}`, "value_malformed"],
  ])
})

test.each([
  { certificateChain, privateKey: "hunter2" },
  { certificateChain, privateKey: 31337 },
  { certificateChain, privatekey: "hunter2" },
  { certificateChain, privateKey: `${"hunter2".repeat(10_000)}` },
  "hunter2",
])("never shows a private key that it refuses", (pem) => {
  const parse = () => parseStackSettings(domains({ api: { domain: "a.example.com", certificate: { pem } } }))
  expect(parse).toThrow(expect.objectContaining({ code: "settings_invalid" }))
  try {
    parse()
  } catch (error) {
    expect(`${JSON.stringify(error)}${error}`).not.toMatch(/hunter2|31337/)
  }
})

test.each<[string, unknown, [string, string][]]>([
  ["an unknown key", { domain: {} }, [["domain", "key_unknown"]]],
  ["an unknown key below", { endpoints: { api: { exposer: "network" } } }, [["endpoints.api.exposer", "key_unknown"]]],
  [
    "an unknown exposure",
    { endpoints: { api: { exposure: "public" } } },
    [["endpoints.api.exposure", "value_unknown"]],
  ],
  [
    "an unknown provider URL",
    { endpoints: { api: { providerUrl: "shut" } } },
    [["endpoints.api.providerUrl", "value_unknown"]],
  ],
  ["an unknown front", { endpoints: { api: { front: "nginx" } } }, [["endpoints.api.front", "value_unknown"]]],
  ["unknown updates", { updates: "manual" }, [["updates", "value_unknown"]]],
  [
    "two mistakes in a single domain",
    domains({ api: { domian: "a.example.com", certificate: {}, certificates: {} } }),
    [
      ["domains.customDomains.api.domain", "value_missing"],
      ["domains.customDomains.api.domian", "key_unknown"],
      ["domains.customDomains.api.certificates", "key_unknown"],
    ],
  ],
  ["an empty list of domains", domains({ api: [] }), [["domains.customDomains.api", "out_of_range"]]],
  [
    "a domain without a certificate",
    domains({ api: { domain: "a.example.com" } }),
    [["domains.customDomains.api.certificate", "value_missing"]],
  ],
  [
    "one domain for two endpoints",
    domains({
      api: { domain: "a.example.com", certificate: aws },
      "gateway.web": [{ domain: "A.example.com", certificate: aws }],
    }),
    [['domains.customDomains["gateway.web"][0].domain', "domain_listed_twice"]],
  ],
  [
    "two keys for one endpoint",
    { endpoints: { gateway: {}, "gateway.web": {} } },
    [['endpoints["gateway.web"]', "endpoint_key_twice"]],
  ],
  ["an unknown resource", { endpoints: { apo: {} } }, [["endpoints.apo", "resource_unknown"]]],
  ["an inherited name", { endpoints: { constructor: {} } }, [["endpoints.constructor", "resource_unknown"]]],
  ["an unknown endpoint", { endpoints: { "gateway.wep": {} } }, [['endpoints["gateway.wep"]', "endpoint_unknown"]]],
  [
    "a resource without endpoints",
    domains({ jobs: { domain: "a.example.com", certificate: aws } }),
    [["domains.customDomains.jobs", "endpoint_unknown"]],
  ],
  ["a prototype", JSON.parse('{"endpoints": {"__proto__": {}}}'), [["endpoints.__proto__", "name_reserved"]]],
  ["no object", [], [["(root)", "type_wrong"]]],
])("refuses %s", (_what, value, expected) => {
  expect(codes(value)).toEqual(expected)
})

test("does not know resources and endpoints without a stack", () => {
  expect(codesWithoutStack({ endpoints: { apo: {}, "gateway.wep": {} } })).toEqual([])
})

test.each(["a/b", "a b", "a.b.c", "a.B", "", ".a"])("refuses the key %j", (key) => {
  expect(codesWithoutStack({ endpoints: { [key]: {} } })).toMatchObject([[expect.any(String), "value_malformed"]])
})

test.each([
  { type: "use-default" },
  { type: "create", cidr: "10.20.0.0/16", availability_zones: 3 },
  {
    type: "byo-vpc-aws",
    vpc_id: "vpc-0a1b2c3d",
    public_subnet_ids: [],
    private_subnet_ids: ["subnet-0a1b2c3d"],
    security_group_ids: ["sg-0a1b2c3d"],
  },
  { type: "byo-vpc-gcp", network_name: "main", subnet_name: "main-eu", region: "europe-west1" },
  {
    type: "byo-vnet-azure",
    vnet_resource_id: "/subscriptions/0f/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v",
    public_subnet_name: "public",
    private_subnet_name: "private",
    application_gateway_subnet_name: "agw",
  },
])("accepts the network $type", (network) => {
  expect(codesWithoutStack({ network })).toEqual([])
})

test.each<[string, object, string]>([
  ["type", { type: "byo" }, "value_unknown"],
  ["type", {}, "value_missing"],
  ["cidr", { type: "create", cidr: "10.20.0.0/8" }, "value_malformed"],
  ["cidr", { type: "create", cidr: "10.20.300.0/16" }, "value_malformed"],
  ["availability_zones", { type: "create", availability_zones: 0 }, "out_of_range"],
  ["availabilityZones", { type: "create", availabilityZones: 2 }, "key_unknown"],
  ["vpc_id", { type: "byo-vpc-aws", vpc_id: "x", public_subnet_ids: [], private_subnet_ids: [] }, "value_malformed"],
  ["public_subnet_ids", { type: "byo-vpc-aws", vpc_id: "vpc-0a1b2c3d", private_subnet_ids: [] }, "value_missing"],
  ["region", { type: "byo-vpc-gcp", network_name: "n", subnet_name: "s", region: "../x" }, "value_malformed"],
  [
    "vnet_resource_id",
    { type: "byo-vnet-azure", vnet_resource_id: "v", public_subnet_name: "a", private_subnet_name: "b" },
    "value_malformed",
  ],
])("refuses a network whose %s is wrong", (key, network, code) => {
  expect(codesWithoutStack({ network })).toEqual([[`network.${key}`, code]])
})

test("takes hosts by endpoint, as published clients write them", () => {
  const certificate = { aws: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/a" } }
  const byEndpoint = {
    domain: "a.example.com",
    endpoints: { web: "web.example.com", admin: "admin.example.com" },
    certificate,
  }
  expect(parseStackSettings(domains({ api: byEndpoint })).domains?.customDomains).toEqual({
    api: { domain: "a.example.com", certificate },
    "api.web": { domain: "web.example.com", certificate },
    "api.admin": { domain: "admin.example.com", certificate },
  })
  expect(parseStackSettings(domains({ api: { endpoints: {} } })).domains?.customDomains).toEqual({})
})

test("null stands for an absent member where there is one of that name, and hides no typo", () => {
  const nulls = { network: null, endpoints: { api: { exposure: null } }, domains: { customDomains: null } }
  expect(parseStackSettings(nulls)).toEqual(parseStackSettings({ endpoints: { api: {} }, domains: {} }))
  const read = () => parseStackSettings({ networ: null, endpoints: { api: { exposer: null } }, nope: 1 })
  expect(read).toThrow(/^the settings document has 3 mistakes:\n {2}nope: [^\n]*\n {2}(networ|endpoints.api.exposer): /)
})

test("an entry whose endpoints are empty is refused by what else is in it, and not left out", () => {
  const read = () => parseStackSettings(domains({ api: { endpoints: {}, domian: "a.example.com" } }))
  expect(read).toThrow(/customDomains\.api\.domian: is not known here; did you mean "domain"/)
})

test("an endpoint whose hosts are named in both forms has them all, each once", () => {
  const certificate = { aws: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/a" } }
  const given = {
    "api.web": [
      { domain: "old.example.com", certificate },
      { domain: "web.example.com", certificate },
    ],
    api: { endpoints: { web: "web.example.com" }, certificate },
  }
  const hosts = parseStackSettings(domains(given)).domains?.customDomains?.["api.web"]
  expect([hosts].flat().map((one) => one?.domain)).toEqual(["old.example.com", "web.example.com"])
})

test("says by its name that a certificate cannot be managed here, for each endpoint", () => {
  const given = domains({ api: { endpoints: { webhooks: "web.example.com" }, certificate: { managed: {} } } })
  expect(codes(given)).toEqual([[`domains.customDomains["api.webhooks"].certificate.managed`, "setting_not_supported"]])
})
