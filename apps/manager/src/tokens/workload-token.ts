import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto"

const PREFIX = "alien_workload_"
const FORM = /^alien_workload_([\w-]{1,256})\.[\w-]{43}$/
/** Another number makes the tokens of all workloads worthless at once; their next run brings new ones. */
const EPOCH = 1

export interface WorkloadTokens {
  /** A workload's token, a secret; equal for every call, so that expanding twice asks for no change. */
  tokenOf(deployment: string, resource: string): string
  /** Whose token this is, or nothing for whatever this installation did not make. Looks nothing up. */
  holderOf(token: string): { deployment: string; resource: string } | undefined
}

/**
 * Tokens of workloads are derived and verified, never stored: `alien_workload_<deployment/resource/epoch>.<HMAC-SHA256>`,
 * both in base64url, under a key of their own that follows from the installation's.
 */
export function workloadTokens({
  secretKey,
  installation,
}: {
  secretKey: Uint8Array
  /** `ins_…`; two installations with one key do not take each other's. */
  installation: string
}): WorkloadTokens {
  const key = Buffer.from(hkdfSync("sha256", secretKey, installation, "workload tokens", 32))
  const tokenOf = (deployment: string, resource: string) => {
    const payload = Buffer.from(`${deployment}/${resource}/${EPOCH}`).toString("base64url")
    return `${PREFIX}${payload}.${createHmac("sha256", key).update(payload).digest("base64url")}`
  }
  return {
    tokenOf,
    holderOf(token) {
      const payload = FORM.exec(token)?.[1]
      if (payload === undefined) return undefined
      const [deployment = "", resource = ""] = Buffer.from(payload, "base64url").toString().split("/")
      return equal(token, tokenOf(deployment, resource)) ? { deployment, resource } : undefined
    },
  }
}

/** How long it takes says nothing about where they differ. */
function equal(sent: string, made: string): boolean {
  const [one, other] = [Buffer.from(sent), Buffer.from(made)]
  return one.byteLength === other.byteLength && timingSafeEqual(one, other)
}
