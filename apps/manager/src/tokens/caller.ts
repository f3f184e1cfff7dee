import type { Store } from "@alienplatform/store"
import { isStoredTokenForm, tokenHash } from "./stored-token.ts"
import type { WorkloadTokens } from "./workload-token.ts"

export type Role = "admin" | "customer" | "workload"

/** Who sends a request. */
export interface Caller {
  /** `tok_…`; of a workload `DEPLOYMENT/RESOURCE`. */
  id: string
  role: Role
  /** The only deployment that the token is good for; null for an admin. */
  deployment: string | null
}

export interface TokenSources {
  store: Store
  workloadTokens: WorkloadTokens
}

/**
 * Whose token an `Authorization: Bearer` header carries, or nothing. What cannot be a token by its form costs no look
 * at the store. A stored one is found by the hash of what was sent, so how long that takes says nothing about any other.
 * Once its deployment is deleted, a token is worthless.
 */
export async function callerOf(sources: TokenSources, header: string | undefined): Promise<Caller | undefined> {
  const sent = header?.match(/^Bearer +([\w.-]{1,512})$/i)?.[1]
  if (sent === undefined) return undefined
  const caller = isStoredTokenForm(sent) ? await storedCaller(sources, sent) : workload(sources, sent)
  if (!caller || caller.deployment === null) return caller
  const deployment = await sources.store.deployment(caller.deployment)
  return deployment && deployment.status !== "deleted" ? caller : undefined
}

async function storedCaller({ store }: TokenSources, sent: string): Promise<Caller | undefined> {
  const row = await store.tokenByHash(tokenHash(sent))
  return row && row.revokedAt === null ? row : undefined
}

function workload({ workloadTokens }: TokenSources, sent: string): Caller | undefined {
  const holder = workloadTokens.holderOf(sent)
  if (!holder) return undefined
  return { id: `${holder.deployment}/${holder.resource}`, role: "workload", deployment: holder.deployment }
}
