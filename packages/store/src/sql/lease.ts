import { problem } from "@alienplatform/core"
import type { Lease } from "@alienplatform/engine"
import type { ExpressionBuilder } from "kysely"
import type { Tx } from "./queries.ts"
import type { Tables } from "./tables.ts"

/**
 * Makes the transaction fail unless the lease is the current one, and keeps it current until the commit: the update
 * locks the queue's row where transactions run side by side. Takes `events` numbers and returns the first of them.
 */
export async function fence(tx: Tx, lease: Lease, events = 0): Promise<number> {
  const row = await tx
    .updateTable("queue")
    .set((eb) => ({ last_event: eb("last_event", "+", events) }))
    .where(isHeldBy(lease))
    .returning("last_event")
    .executeTakeFirst()
  if (!row) throw leaseLost(lease)
  return row.last_event - events + 1
}

/** The entry of the queue, as long as the lease is the current one. */
export const isHeldBy =
  ({ deployment, epoch, holder }: Lease) =>
  (eb: ExpressionBuilder<Tables, "queue">) =>
    eb.and({ deployment, epoch, lease_owner: holder })

export const leaseLost = ({ deployment, holder, epoch }: Lease) =>
  problem("lease_lost", {
    message: `${holder} no longer holds ${deployment} (epoch ${epoch}): its run ended or was taken over; nothing was written, stop the run`,
    context: { deployment, epoch },
  })

export const deploymentNotFound = (id: string) =>
  problem("not_found", {
    message: `deployment ${id} is not stored or was forgotten; list the deployments and check the id`,
  })
