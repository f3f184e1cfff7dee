import { describe } from "vitest"
import { bucketContract } from "./contract/buckets.ts"
import { deletionContract } from "./contract/deletion.ts"
import { deploymentContract } from "./contract/deployments.ts"
import { endpointContract } from "./contract/endpoints.ts"
import { installationContract } from "./contract/installation.ts"
import { keyContract } from "./contract/keys.ts"
import { leaseContract } from "./contract/leases.ts"
import { objectContract } from "./contract/objects.ts"
import { queueContract } from "./contract/queue.ts"
import { releaseContract } from "./contract/releases.ts"
import { tokenContract } from "./contract/tokens.ts"
import { everyTestOpens, type OpenStore } from "./fixture.ts"

export type { OpenedStore, OpenStore } from "./fixture.ts"

/** What every store does, whatever database it stands on. `open` gives an empty one each time. */
export function storeContract(name: string, open: OpenStore): void {
  describe(name, () => {
    const fixture = everyTestOpens(open)
    describe("installation", () => installationContract(fixture))
    describe("releases and artifacts", () => releaseContract(fixture))
    describe("deployments", () => deploymentContract(fixture))
    describe("deletion and adoption", () => deletionContract(fixture))
    describe("queue", () => queueContract(fixture))
    describe("leases", () => leaseContract(fixture))
    describe("rate limits", () => bucketContract(fixture))
    describe("keys beyond a deployment", () => keyContract(fixture))
    describe("objects and events", () => objectContract(fixture))
    describe("endpoints and plans", () => endpointContract(fixture))
    describe("tokens", () => tokenContract(fixture))
  })
}
