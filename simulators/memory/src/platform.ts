import { definePlatform } from "@alienplatform/engine"
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
import type { MemoryContext } from "./object.ts"
import { Certificate } from "./trust/certificate.ts"
import { Key } from "./trust/key.ts"

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
