import { header, signatureWrong, type Verify } from "./delivery.ts"
import { hmacSha256, isHexOf } from "./hmac.ts"

/**
 * `X-Hub-Signature-256: sha256=<hex>` over the body. No time is signed, and the delivery's id is not either: only
 * remembering signatures keeps a replay out.
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github: Verify = ({ body, headers, secret }) => {
  const [, signature = ""] = /^sha256=(.*)$/.exec(header(headers, "x-hub-signature-256")) ?? []
  if (!isHexOf(signature, hmacSha256(secret, body))) throw signatureWrong()
  return { event: header(headers, "x-github-delivery"), signature }
}
