import type { Clock } from "@alienplatform/engine"
import type { Claim, Store } from "@alienplatform/store"
import { LEASE_FOR } from "./types.ts"

/**
 * Makes due now what a process that is gone still held. Only for the holder of the data directory's lock: nobody
 * else can be working then, so leases that look alive are not.
 */
export async function takeOver(store: Store, holder: string, clock: Clock): Promise<number> {
  // Claims as if every lease of the past had ended; what would be due by then anyway comes a little early.
  const horizon = clock.now() + 2 * LEASE_FOR
  const claims: Claim[] = []
  for (;;) {
    const claim = await store.claim(holder, horizon, LEASE_FOR)
    if (!claim) break
    claims.push(claim)
  }
  for (const claim of claims) await store.finish(claim, clock.now())
  return claims.length
}
