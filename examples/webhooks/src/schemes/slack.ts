import { header, member, refuseStale, signatureWrong, type Verify } from "./delivery.ts"
import { hmacSha256, isHexOf } from "./hmac.ts"

/**
 * `X-Slack-Signature: v0=<hex>` over `v0:{X-Slack-Request-Timestamp}:{body}`. Events carry `event_id`; commands are forms
 * without one and never sent again.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const slack: Verify = ({ body, headers, secret, now }) => {
  const timestamp = header(headers, "x-slack-request-timestamp")
  const [, signature = ""] = /^v0=(.*)$/.exec(header(headers, "x-slack-signature")) ?? []
  if (!isHexOf(signature, hmacSha256(secret, `v0:${timestamp}:`, body))) throw signatureWrong()
  refuseStale(timestamp, now)
  return { event: member(body, "event_id") ?? signature, signature }
}
