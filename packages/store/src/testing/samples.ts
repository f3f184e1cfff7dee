import type { StackSettings } from "@alienplatform/core"
import { anEndpointReport } from "@alienplatform/core/testing"
import type { ObjectRow } from "@alienplatform/engine"
import type { EndpointRow, NewDeployment, Release, TokenRow } from "../store.ts"

export const aRelease = (id: string, more: Partial<Release> = {}): Release => ({
  id,
  projectId: "default",
  stack: { local: { id: "my-app", resources: { api: { lifecycle: "live" } } } },
  gitMetadata: { commitSha: "4f2a" },
  baseImage: { reference: "docker.io/library/node:24-slim", digest: `sha256:${"4f2a".repeat(16)}` },
  draft: false,
  createdAt: 1_000,
  ...more,
})

const SETTINGS: StackSettings = {
  updates: "auto",
  domains: {
    customDomains: {
      api: {
        domain: "api.example.com",
        certificate: { aws: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/4f2a" } },
      },
    },
  },
}

export const aDeployment = (name: string, more: Partial<NewDeployment> = {}): NewDeployment => ({
  id: `dep_${name}`,
  name,
  platform: "local",
  resourcePrefix: "k7c2m9qd",
  desiredReleaseId: null,
  stackId: null,
  stackSettings: SETTINGS,
  environmentVariables: [{ name: "LEVEL", value: "ünïcode \u0000 \ud83d\ude00", type: "plain" }],
  target: { local: {} },
  hold: false,
  createdWith: "c0ffee",
  createdAt: 900,
  ...more,
})

export const anObject = (object: string, more: Partial<ObjectRow> = {}): ObjectRow => ({
  format: 2,
  object,
  node: "api/function",
  incarnation: 1,
  type: "local.process.Process",
  name: "k7c2m9qd-api-function",
  of: "hash",
  id: "process-1",
  props: { environment: { A: "b" }, memory: 512.5 },
  attributes: { port: 40_001 },
  dependencies: { obj_other: "use" },
  parts: { "hooks.example.com": { props: { host: "hooks.example.com" }, dependencies: { obj_other: "name" } } },
  unmanaged: ["theirs"],
  call: {
    verb: "create",
    token: "t",
    at: 1_000,
    open: true,
    previous: { props: null, parts: {}, dependencies: {}, created: null },
  },
  created: { at: 1_000, uncertain: true },
  operation: { value: { operationId: "op-1" }, since: 1_000 },
  state: {
    status: "waiting",
    why: { code: "dns_record_missing", message: "…", on: "person", expected: "a", observed: null },
  },
  served: true,
  doomed: false,
  twin: false,
  retireAt: 9_007_199_254_740_991,
  tries: 2,
  repeated: { difference: "memory", updates: 1 },
  deletes: 1,
  drift: { at: 1_000, fields: [{ field: "memory", expected: "512.5", observed: "256" }] },
  gatherUntil: null,
  yieldsUntil: null,
  reserved: null,
  nextReadAt: 2_000,
  ...more,
})

export const anEndpoint = (resource: string, position: number, more: Partial<EndpointRow> = {}): EndpointRow => ({
  resource,
  endpoint: "web",
  position,
  report: anEndpointReport(),
  ...more,
})

export const aToken = (id: string, more: Partial<TokenRow> = {}): TokenRow => ({
  id,
  hash: `hash-of-${id}`,
  role: "customer",
  deployment: "dep_a",
  description: "for the network team",
  createdAt: 1_000,
  revokedAt: null,
  ...more,
})
