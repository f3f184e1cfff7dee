import { Graph } from "@alienplatform/engine"
import { MemoryFunction } from "./compute/function.ts"
import { Job } from "./compute/job.ts"
import { Queue } from "./compute/queue.ts"
import { Domain } from "./edge/domain.ts"
import { Mapping } from "./edge/mapping.ts"
import { Role } from "./iam/role.ts"
import { Backend } from "./net/backend.ts"
import { Balancer } from "./net/balancer.ts"
import { Health } from "./net/health.ts"
import { Listener } from "./net/listener.ts"
import { Network } from "./net/network.ts"
import { Subnet } from "./net/subnet.ts"
import { Certificate } from "./trust/certificate.ts"
import { Key } from "./trust/key.ts"

export const CUSTOMER_CERTIFICATE = "customer-certificate"

/** What differs between releases of the blueprint. */
export interface Release {
  code: string
  /** Subnet of the functions; another one replaces them and the backends behind them. */
  subnet: "a" | "b"
  /** Edge of the domain; another one replaces it under the same name, so the old one goes first. */
  edge: string
  services: readonly string[]
}

export const FIRST: Release = { code: "one", subnet: "a", edge: "west", services: ["api", "web", "admin"] }
/**
 * The second release: changes in place, replaces with both alive and with the old one first, drops a service and adds
 * one.
 */
export const SECOND: Release = { code: "two", subnet: "b", edge: "east", services: ["api", "jobs", "admin"] }

/** The graph of a release: thirty nodes with three services, of every type and with every kind of reference. */
export function blueprint(release: Release, choices: Record<string, string> = {}): Graph {
  const graph = new Graph({ prefix: "p4k2m9x1", choices })
  const network = graph.add(Network, "_stack/network", { range: "10.0.0.0/16" })
  const subnets = {
    a: graph.add(Subnet, "_stack/subnet/a", { network: network.ref("id"), range: "10.0.1.0/24" }),
    b: graph.add(Subnet, "_stack/subnet/b", { network: network.ref("id"), range: "10.0.2.0/24" }),
  }
  const balancer = graph.add(Balancer, "_stack/balancer", { subnets: [subnets.a.ref("id"), subnets.b.ref("id")] })
  const listener = graph.add(Listener, "_stack/listener", { balancer: balancer.ref("id", "exists"), rules: {} })
  const certificate = graph.add(Certificate, "_stack/certificate", { arn: CUSTOMER_CERTIFICATE })
  const key = graph.add(Key, "_stack/key", { usage: "sign" })
  const queue = graph.add(Queue, "_stack/queue", { delay: 5 })
  const job = graph.add(Job, "_stack/job", { size: 1 }, { after: [queue] })
  for (const service of release.services) {
    const host = `${service}.example.com`
    const role = graph.add(Role, `${service}/role`, { policy: [`invoke:${service}`] })
    const run = graph.add(
      MemoryFunction,
      `${service}/function`,
      {
        role: role.ref("id"),
        code: `${service} ${release.code}`,
        subnet: subnets[release.subnet].ref("id"),
        environment: { URL: balancer.ref("dnsName", "name"), RELEASE: release.code },
        secret: `secret of ${service}`,
      },
      { after: [key] },
    )
    const backend = graph.add(Backend, `${service}/backend`, { target: run.ref("address"), port: 8080 })
    const health = graph.add(Health, `${service}/health`, { backend: backend.ref("id") })
    const priority = graph.choose("rule-priority", service, ["10", "20", "30", "40"])
    const rule = graph.part(listener, host, { backend: health.ref("backend"), priority })
    const domain = graph.add(Domain, `${service}/domain`, {
      name: host,
      certificate: certificate.ref("arn"),
      edge: release.edge,
    })
    graph.add(
      Mapping,
      `${service}/mapping/root`,
      { domain: domain.ref("id"), path: "", to: listener.ref("id") },
      { after: [rule] },
    )
    graph.add(
      Mapping,
      `${service}/mapping/hooks`,
      { domain: domain.ref("id"), path: "hooks", to: listener.ref("id") },
      { after: [rule, job] },
    )
  }
  return graph
}
