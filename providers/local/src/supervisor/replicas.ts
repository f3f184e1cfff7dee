import type { ReplicaReport } from "@alienplatform/engine"
import type { ProcessState } from "./protocol.ts"

/** How the processes of a deployment fare, without those that go; the newest version of each replica alone. */
export function replicasOf(states: readonly ProcessState[], deployment: string): ReplicaReport[] {
  const living = states.filter(
    ({ owner, status }) => owner.deployment === deployment && status !== "draining" && status !== "stopping",
  )
  return living
    .filter(({ owner }) => !living.some((other) => replaces(other.owner, owner)))
    .map(({ owner: { node }, restarts, exit, crashLoop }) => {
      const [resource = "", , replica = "1"] = node.split("/")
      return { resource, replica: Number(replica), restarts, lastExit: exit, crashLoop }
    })
    .sort((a, b) => a.resource.localeCompare(b.resource) || a.replica - b.replica)
}

const replaces = (one: ProcessState["owner"], other: ProcessState["owner"]): boolean =>
  one.node === other.node && one.incarnation > other.incarnation
