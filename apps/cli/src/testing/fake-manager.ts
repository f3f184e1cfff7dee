import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import type { DeploymentInfoResponse, DeploymentResponse, PlanResponse } from "@alienplatform/api/client"
import { aHostReport } from "@alienplatform/core/testing"

/** A request that arrived. */
export interface Seen {
  /** Method and path: `POST /v1/deployments?…`. */
  line: string
  authorization: string | undefined
  json: unknown
  /** Length of the body in bytes. */
  size: number
}

/** An answer: status and body, or a function of the request that returns them. A list of `lines` is NDJSON. */
type Reply = { status?: number; json?: unknown; lines?: readonly unknown[]; headers?: Record<string, string> }
export type Replies = Record<string, Reply | ((seen: Seen) => Reply)>

/**
 * A manager on a free port that answers what a test says: by `METHOD /path` without the query, else by the path without
 * its last step. Everything else is a 404 like the real one's.
 */
export async function fakeManager(replies: Replies) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const entry: Seen = {
      line: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      json: jsonOf(body),
      size: body.length,
    }
    seen.push(entry)
    const path = entry.line.split("?")[0] ?? ""
    const reply = replies[path] ?? replies[path.replace(/\/[^/]*$/, "")]
    const given = (typeof reply === "function" ? reply(entry) : reply) ?? notFound(entry.line)
    const { status = 200, json, lines, headers = {} } = given
    const type = lines ? "application/x-ndjson" : "application/json"
    const text = lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join("") : JSON.stringify(json)
    response.writeHead(status, { "content-type": type, ...headers }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    lines: () => seen.map(({ line }) => line),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

export const notFound = (what: string): Reply => ({
  status: 404,
  json: { code: "not_found", message: `there is no ${what}`, retryable: false, internal: false },
})

export const aDeployment = (changes: Partial<DeploymentResponse> = {}): DeploymentResponse => ({
  id: "dep_shop",
  name: "shop",
  platform: "local",
  status: "running",
  workspaceId: "default",
  projectId: "default",
  deploymentGroupId: "default",
  deploymentProtocolVersion: 1,
  retryRequested: false,
  currentReleaseId: "rel_one",
  desiredReleaseId: "rel_one",
  stackSettings: {},
  environmentVariables: [],
  createdAt: "2030-01-01T00:00:00Z",
  resourcePrefix: "abcdefgh",
  target: null,
  hold: false,
  generation: 2,
  observedGeneration: 2,
  ...changes,
})

export const aPlan = (changes: Partial<PlanResponse> = {}): PlanResponse => ({
  status: "ready",
  createdAt: "2030-01-01T00:00:01Z",
  releaseId: "rel_two",
  plan: { actions: [] },
  text: "+ create api/process\n",
  ...changes,
})

type Entry = DeploymentInfoResponse["resources"][string]
type Status = NonNullable<Entry["endpoints"]>[string]

export const anEndpoint = (changes: Partial<Status> = {}): Status => ({
  state: "ready",
  conditions: [],
  dnsRecords: [],
  hosts: [
    aHostReport({
      connect: { address: "127.0.0.1", port: 8443, certificateAuthorityFile: "/people/u/ca/root.pem" },
    }),
  ],
  certificate: null,
  unmanagedHosts: [],
  ...changes,
})

export const anInfo = (
  endpoint: Partial<Status> = {},
  changes: Partial<DeploymentInfoResponse> = {},
): DeploymentInfoResponse => ({
  commands: { url: "http://127.0.0.1:7400", deploymentId: "dep_shop" },
  platform: "local",
  status: "running",
  generation: 2,
  observedGeneration: 2,
  resources: {
    api: {
      resourceType: "worker",
      publicUrl: "https://api.shop.localhost:8443",
      publicEndpoints: {
        web: {
          url: "https://api.shop.localhost:8443",
          host: "api.shop.localhost",
          protocol: "http",
          port: 8443,
          wildcardHost: null,
          providerUrl: "https://api.shop.localhost:8443",
          customUrl: null,
          front: "local.gateway",
          exposure: "internet",
        },
      },
      endpoints: { web: anEndpoint(endpoint) },
    },
  },
  ...changes,
})
