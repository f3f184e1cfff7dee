import { definePlatform } from "@alienplatform/engine"
import type { MemoryContext } from "./object.ts"
import { Backend } from "./net/backend.ts"
import { Balancer } from "./net/balancer.ts"
import { Certificate } from "./trust/certificate.ts"
import { Domain } from "./edge/domain.ts"
import { MemoryFunction } from "./compute/function.ts"
import { Health } from "./net/health.ts"
import { Job } from "./compute/job.ts"
import { Key } from "./trust/key.ts"
import { Listener } from "./net/listener.ts"
import { Mapping } from "./edge/mapping.ts"
import { Network } from "./net/network.ts"
import { Queue } from "./compute/queue.ts"
import { Role } from "./iam/role.ts"
import { Subnet } from "./net/subnet.ts"

export const memory = definePlatform<MemoryContext>({
  name: "memory",
  components: [],
  nodes: [
    Backend,
    Balancer,
    Certificate,
    Domain,
    MemoryFunction,
    Health,
    Job,
    Key,
    Listener,
    Mapping,
    Network,
    Queue,
    Role,
    Subnet,
  ],
  limits: { "edge.domain": { calls: 1, per: 10_000 } },
  isFrontAnswer: () => false,
})
