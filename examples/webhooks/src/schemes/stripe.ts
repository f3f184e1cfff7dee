import { header, member, Refused, refuseStale, signatureWrong, type Verify } from "./delivery.ts"
import { hmacSha256, isHexOf } from "./hmac.ts"

/**
 * `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]` over `{t}.{body}`. While a secret is rolled there is one v1 for each
 * secret; other schemes, such as v0, do not count. A repeated delivery has a new time and signature and the same `id`.
 * @see https://docs.stripe.com/webhooks/signature
 */
export const stripe: Verify = ({ body, headers, secret, now }) => {
  const parts = header(headers, "stripe-signature").split(",")
  const values = (key: string) =>
    parts.flatMap((part) => (part.startsWith(`${key}=`) ? [part.slice(key.length + 1)] : []))
  const [timestamp = ""] = values("t")
  const expected = hmacSha256(secret, `${timestamp}.`, body)
  const signature = values("v1").find((given) => isHexOf(given, expected))
  if (!signature) throw signatureWrong()
  refuseStale(timestamp, now)
  const event = member(body, "id")
  if (!event) throw new Refused(400, "event_malformed", "the event has no id")
  return { event, signature }
}
