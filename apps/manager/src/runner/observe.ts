import { overdueObjects } from "@alienplatform/endpoints"
import type { EndpointPlan } from "@alienplatform/engine"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { Observer } from "./observer.ts"
import type { Work } from "./types.ts"

/** What judges a deployment's endpoints while it is worked on, and stores what it finds under the claim's lease. */
export async function observe(work: Work, open: OpenPlatform, plans: readonly EndpointPlan[]): Promise<Observer> {
  const { store, deployment, claim, clock, signal, logger, patience, probe } = work
  return new Observer({
    ...{ store, lease: claim.lease, clock, platform: open.platform, plans, signal, logger, probe },
    notices: async () => (await open.platform.notices?.(open.context, deployment.id)) ?? [],
    certificateAuthorityFile: open.certificateAuthorityFile,
    stored: await store.endpoints(deployment.id),
    generation: deployment.generation,
    overdue: () => overdueObjects(patience.of(deployment), clock.now()),
  })
}
