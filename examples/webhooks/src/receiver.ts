import { member, Refused } from "./schemes/delivery.ts"
import { PROVIDERS, type Provider, SCHEMES } from "./schemes/index.ts"
import { Seen } from "./seen.ts"

export interface ReceiverOptions {
  secrets: Readonly<Record<Provider, string | undefined>>
  /** What the event is for. When it rejects the sender gets a 500 and may send the same message again. */
  handle: (provider: Provider, body: Uint8Array) => Promise<void>
  /** Milliseconds since 1970. */
  now?: () => number
}

/** Answers `POST /github`, `/stripe` and `/slack`. A message is handled once: only with the right signature, in time and the first time. */
export function createReceiver({ secrets, handle, now = Date.now }: ReceiverOptions) {
  const seen = new Seen()

  async function take(provider: Provider, request: Request): Promise<Response> {
    const secret = secrets[provider]
    if (!secret) throw new Refused(503, "not_configured", `the secret of ${provider} is not set`)
    const body = new Uint8Array(await request.arrayBuffer())
    const { event, signature } = SCHEMES[provider]({ body, headers: request.headers, secret, now: now() })
    const keys = { message: `${provider} message ${signature}`, event: `${provider} event ${event}` }

    if (!seen.add(keys.message, now())) throw new Refused(409, "replayed", "this very message came before")
    if (!seen.add(keys.event, now())) return Response.json({ status: "handled before" })
    if (provider === "slack" && member(body, "type") === "url_verification")
      return Response.json({ challenge: member(body, "challenge") })
    try {
      await handle(provider, body)
    } catch (error) {
      for (const key of Object.values(keys)) seen.forget(key)
      throw error
    }
    return Response.json({ status: "handled" })
  }

  return async (request: Request): Promise<Response> => {
    const provider = PROVIDERS.find((name) => new URL(request.url).pathname === `/${name}`)
    if (!provider) return new Response("not found\n", { status: 404 })
    if (request.method !== "POST") return new Response("POST only\n", { status: 405, headers: { allow: "POST" } })
    try {
      return await take(provider, request)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return Response.json({ code: error.code, message: error.message }, { status: error.status })
    }
  }
}
