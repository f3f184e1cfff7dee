import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { nodeContract } from "@alienplatform/engine/testing"
import { authorityFingerprint, Certificate, type CertificateProps } from "./gateway/certificate.ts"
import { Port } from "./gateway/port.ts"
import { Route } from "./gateway/route.ts"
import { Process } from "./supervisor/process.ts"
import { open } from "./testing/open.ts"
import { SERVER } from "./testing/temporary.ts"

const HOST = "api.dev.localhost"
const serve = (program: string) => [process.execPath, "--eval", program]

nodeContract(Process, {
  open,
  given: ({ context }) => ({
    // As the contract names it.
    node: "api/object",
    artifact: context.artifact,
    command: serve(SERVER),
    environment: { GREETING: "hello" },
    secrets: { PASSWORD: "hidden" },
    injected: {},
    ports: [["PORT"]],
    graceSeconds: 2,
    drainSeconds: 2,
  }),
  change: { graceSeconds: 3 },
  replace: { secrets: { PASSWORD: "another" } },
})

nodeContract(Certificate, {
  open,
  given: ({ context }): CertificateProps => ({
    host: HOST,
    authority: authorityFingerprint(context.local.authority.certificate),
    renewal: "current",
  }),
  replace: { host: "web.dev.localhost" },
  drift: ({ id, context }) => {
    const directory = join(context.local.dataDirectory, "gateway", "certificates", id)
    const { sha256 } = JSON.parse(readFileSync(join(directory, "certificate.json"), "utf8"))
    rmSync(join(directory, `${sha256}.key`))
  },
})

nodeContract(Route, {
  open,
  given: {
    host: HOST,
    upstreams: [20_001],
    chainFile: `certificates/${HOST}/a.crt`,
    keyFile: `certificates/${HOST}/a.key`,
    sha256: "a",
    timeoutSeconds: 180,
    deploymentName: "dev",
    resource: "api",
    endpoint: "web",
  },
  change: { upstreams: [20_002, 20_003] },
  replace: { host: "web.dev.localhost" },
})

nodeContract(Port, {
  open,
  given: { port: 9443, upstreams: [20_001], deploymentName: "dev", resource: "db", endpoint: "sql" },
  change: { upstreams: [20_002, 20_003] },
  replace: { port: 9444 },
})
