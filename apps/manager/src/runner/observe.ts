import { overdueObjects } from "@alienplatform/endpoints"
import type { EndpointPlan } from "@alienplatform/engine"
import type { EndpointRow } from "@alienplatform/store"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { Observer } from "./observer.ts"
import type { Work } from "./types.ts"

/** What judges a deployment's endpoints while it is worked on, and stores what it finds under the claim's lease. */
export const observe = (work: Work, open: OpenPlatform, plans: readonly EndpointPlan[]): Promise<Observer> =>
  observerOf(work, open, plans, (rows) => work.store.saveEndpoints(work.claim.lease, rows))

type Looked = Pick<Work, "store" | "deployment" | "clock" | "signal" | "logger" | "gateWaits" | "probe">

/** What judges a deployment's endpoints, beginning with what is stored. @param save see `ObserverOptions` */
export async function observerOf(
  { store, deployment, clock, signal, logger, gateWaits, probe }: Looked,
  open: OpenPlatform,
  plans: readonly EndpointPlan[],
  save: (rows: readonly EndpointRow[]) => Promise<void>,
): Promise<Observer> {
  return new Observer({
    ...{ save, clock, platform: open.platform, plans, signal, logger, probe },
    notices: async () => (await open.platform.notices?.(open.context, deployment.id)) ?? [],
    certificateAuthorityFile: open.certificateAuthorityFile,
    stored: await store.endpoints(deployment.id),
    generation: deployment.generation,
    overdue: () => overdueObjects(gateWaits.waitsOf(deployment), clock.now()),
  })
}
