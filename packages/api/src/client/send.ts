import { codeOf } from "@alienplatform/core/error"
import { sayNoToken } from "./no-token.ts"
import { refuseOtherInstallation } from "./other-installation.ts"
import type { Send } from "./request.ts"
import { sendWith } from "./send-once.ts"
import { installationOfToken } from "./token-installation.ts"

export interface ClientOptions {
  /** The address of the manager, like `http://127.0.0.1:7400`. */
  url: string
  /** The bearer token; without one only the public routes answer. It is sent to the installation that gave it alone. */
  token?: string | undefined
  /** Default: the global one. */
  fetch?: typeof fetch
  /** How long a whole answer may take. Default 30,000; an upload gets ten times as long, and so does each line of an answer in lines. */
  timeoutMs?: number
}

/** Older managers do not say of which installation they are. */
interface Health {
  status: string
  installation?: unknown
}

/** After these another manager may answer at the same address. */
const GONE: readonly string[] = ["manager_unreachable", "answer_invalid", "unauthorized"]

/**
 * Makes requests. Throws the manager's own error with its code; `manager_unreachable` (retryable) when no answer
 * came, `answer_invalid` when it was not one of a manager, `token_of_other_installation` before the token is sent.
 */
export function createSend({ url, token, fetch: send = fetch, timeoutMs = 30_000 }: ClientOptions): Send {
  const options = { base: url.replace(/\/+$/, ""), fetch: send, timeoutMs }
  const ask = sendWith({ ...options, token: undefined })
  if (token === undefined) return (request) => ask(request).catch(sayNoToken(options.base))
  const expected = installationOfToken(token)
  const sendToken = sendWith({ ...options, token })
  if (expected === undefined) return sendToken
  const check = async () => {
    const health = await ask<Health>({ path: "/health", answer: { status: "string" } })
    refuseOtherInstallation({ url: options.base, expected, observed: health.installation })
  }
  let checked: Promise<void> | undefined
  const forget = (error: unknown): never => {
    checked = undefined
    throw error
  }
  return async (request) => {
    checked ??= check().catch(forget)
    await checked
    return sendToken(request).catch((error: unknown) => {
      if (GONE.includes(codeOf(error))) checked = undefined
      throw error
    })
  }
}
