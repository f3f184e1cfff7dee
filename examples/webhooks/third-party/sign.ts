import { createHmac, randomUUID } from "node:crypto"

const hex = (secret: string, text: string): string => createHmac("sha256", secret).update(text).digest("hex")

/** What each provider sends beside the body. `time` in seconds since 1970. */
export const SIGN: Readonly<Record<string, (secret: string, body: string, time: number) => Record<string, string>>> = {
  github: (secret, body) => ({
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${hex(secret, body)}`,
  }),
  stripe: (secret, body, time) => ({ "stripe-signature": `t=${time},v1=${hex(secret, `${time}.${body}`)}` }),
  slack: (secret, body, time) => ({
    "x-slack-request-timestamp": `${time}`,
    "x-slack-signature": `v0=${hex(secret, `v0:${time}:${body}`)}`,
  }),
}
