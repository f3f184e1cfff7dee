import { nodeContract } from "@alienplatform/engine/testing"
import { MemoryFunction } from "./compute/function.ts"
import { Job } from "./compute/job.ts"
import { Queue } from "./compute/queue.ts"
import { Domain } from "./edge/domain.ts"
import { Mapping } from "./edge/mapping.ts"
import { Role } from "./iam/role.ts"
import { Backend } from "./net/backend.ts"
import { Balancer } from "./net/balancer.ts"
import { Listener } from "./net/listener.ts"
import { Network } from "./net/network.ts"
import { Subnet } from "./net/subnet.ts"
import { open } from "./testing/open.ts"
import { Key } from "./trust/key.ts"

nodeContract(Backend, {
  open,
  given: { target: "api.run.example", port: 8080 },
  change: { port: 9090 },
  replace: { target: "other.run.example" },
})

nodeContract(Balancer, {
  open,
  given: ({ graph }) => {
    const network = graph.add(Network, "_stack/network", { range: "10.0.0.0/16" })
    const subnet = graph.add(Subnet, "_stack/subnet", { network: network.ref("id"), range: "10.0.1.0/24" })
    return { subnets: [subnet.ref("id")] }
  },
  change: { subnets: ["subnet-of-somebody"] },
})

nodeContract(Domain, {
  open,
  given: { name: "api.example.com", certificate: "first", edge: "west" },
  change: { certificate: "renewed" },
  replace: { edge: "east" },
})

nodeContract(MemoryFunction, {
  open,
  given: ({ graph }) => {
    const role = graph.add(Role, "api/role", { policy: ["invoke:api"] })
    return { role: role.ref("id"), code: "one", subnet: "a", environment: { RELEASE: "one" }, secret: "s3cret" }
  },
  change: { code: "two", memory: 1024, environment: { RELEASE: "two" } },
  replace: { subnet: "b" },
})

nodeContract(Job, { open, given: { size: 1 }, change: { size: 2 } })

nodeContract(Key, { open, given: { usage: "sign" }, replace: { usage: "encrypt" } })

nodeContract(Listener, {
  open,
  given: ({ graph }) => {
    const balancer = graph.add(Balancer, "_stack/balancer", { subnets: [] })
    return {
      balancer: balancer.ref("id", "exists"),
      rules: {
        "api.example.com": { backend: "backend-1", priority: "10" },
        "web.example.com": { backend: "backend-2", priority: "20" },
      },
    }
  },
  change: { rules: { "api.example.com": { backend: "backend-3", priority: "10" } } },
  replace: { balancer: "balancer-of-somebody" },
})

nodeContract(Mapping, {
  open,
  given: ({ graph }) => {
    const props = { name: "api.example.com", certificate: "first", edge: "west" }
    const domain = graph.add(Domain, "api/domain", props)
    return { domain: domain.ref("id"), path: "hooks", to: "listener-1" }
  },
  change: { to: "listener-2" },
  replace: { path: "web" },
  foreign: { domain: "customer.example.com" },
})

nodeContract(Network, { open, given: { range: "10.0.0.0/16" }, replace: { range: "10.1.0.0/16" } })

nodeContract(Queue, { open, given: { delay: 5 }, change: { delay: 10 } })

nodeContract(Role, {
  open,
  given: { policy: ["invoke:api"] },
  change: { policy: ["invoke:api", "log:write"] },
})

nodeContract(Subnet, {
  open,
  given: ({ graph }) => {
    const network = graph.add(Network, "_stack/network", { range: "10.0.0.0/16" })
    return { network: network.ref("id"), range: "10.0.1.0/24" }
  },
  replace: { range: "10.0.2.0/24" },
})
