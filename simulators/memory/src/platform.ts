import { definePlatform } from "@alienplatform/engine"
import type { MemoryContext } from "./object.ts"
import { Backend } from "./types/backend.ts"
import { Balancer } from "./types/balancer.ts"
import { Certificate } from "./types/certificate.ts"
import { Domain } from "./types/domain.ts"
import { MemoryFunction } from "./types/function.ts"
import { Health } from "./types/health.ts"
import { Job } from "./types/job.ts"
import { Key } from "./types/key.ts"
import { Listener } from "./types/listener.ts"
import { Mapping } from "./types/mapping.ts"
import { Network } from "./types/network.ts"
import { Queue } from "./types/queue.ts"
import { Role } from "./types/role.ts"
import { Subnet } from "./types/subnet.ts"

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
