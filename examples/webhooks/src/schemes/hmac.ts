import { createHmac, timingSafeEqual } from "node:crypto"

/** Over the bytes as they came: a body that was parsed and written again has another signature. */
export function hmacSha256(secret: string, ...parts: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac("sha256", secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

/** Takes the same time wherever the two differ, so that a signature cannot be found out digit by digit. */
export const isHexOf = (text: string, expected: Buffer): boolean =>
  /^[0-9a-f]{64}$/.test(text) && timingSafeEqual(Buffer.from(text, "hex"), expected)
