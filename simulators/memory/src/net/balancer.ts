import { defineMemoryNode, verbPermissions } from "../define.ts"
import { objectVerbs } from "../object.ts"

interface Props {
  subnets: string[]
}

/**
 * A load balancer that takes long to become ready; others may be attached as soon as it exists. Its DNS name follows
 * from its name.
 */
export const Balancer = defineMemoryNode<Props, { id: string; dnsName: string }>({
  type: "memory.net.Balancer",
  identity: { by: "name" },
  predict: ({ name }) => ({ dnsName: `${name}.lb.example` }),
  permissions: verbPermissions({
    read: "balancer.get",
    create: "balancer.create",
    update: "balancer.update",
    delete: "balancer.delete",
  }),
  ...objectVerbs<Props, { id: string; dnsName: string }>({
    kind: "balancer",
    address: "name",
    settleMs: 40_000,
    deleteMs: 20_000,
    usedBy: ["listener"],
    attributes: ({ id }) => ({ dnsName: `${id}.lb.example` }),
  }),
})
