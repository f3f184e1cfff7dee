import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { Refused, Verify } from "./delivery.ts"
import { github } from "./github.ts"
import { slack } from "./slack.ts"
import { stripe } from "./stripe.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const hex = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex")

function codeOf(verify: Verify, message: Parameters<Verify>[0]): string {
  try {
    return `event ${verify(message).event}`
  } catch (error) {
    return (error as Refused).code
  }
}

describe("GitHub's scheme", () => {
  /** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation */
  const documented = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
  const message = (body: string, signature: string, secret = "It's a Secret to Everybody") => ({
    body: bytes(body),
    headers: new Headers({ "x-hub-signature-256": signature, "x-github-delivery": "72d3162e" }),
    secret,
    now: 0,
  })

  test("takes the documented message", () => {
    expect(github(message("Hello, World!", documented))).toEqual({ event: "72d3162e", signature: documented.slice(7) })
  })

  test.each([
    ["another body", message("Hello, World?", documented)],
    ["another secret", message("Hello, World!", documented, "It's a Secret to Nobody")],
    ["a shorter signature", message("Hello, World!", documented.slice(0, -2))],
    ["a longer signature", message("Hello, World!", `${documented}00`)],
    ["a signature that is no hexadecimal number", message("Hello, World!", `sha256=${"x".repeat(64)}`)],
    ["another algorithm", message("Hello, World!", documented.replace("sha256", "sha1"))],
  ])("refuses %s", (_case, refused) => expect(codeOf(github, refused)).toBe("signature_wrong"))

  test("refuses a message without a signature", () => {
    expect(codeOf(github, { ...message("", ""), headers: new Headers() })).toBe("header_missing")
  })
})

describe("Slack's scheme", () => {
  /** https://docs.slack.dev/authentication/verifying-requests-from-slack */
  const documented = {
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    timestamp: "1531420618",
    body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  }
  const message = ({ seconds = 0, ...change }: Partial<typeof documented> & { seconds?: number } = {}) => {
    const { body, timestamp, signature, secret } = { ...documented, ...change }
    const headers = new Headers({ "x-slack-request-timestamp": timestamp, "x-slack-signature": signature })
    return { body: bytes(body), headers, secret, now: (Number(documented.timestamp) + seconds) * 1000 }
  }

  test("takes the documented message, and that up to five minutes later or earlier", () => {
    for (const seconds of [0, 300, -300])
      expect(slack(message({ seconds })).signature).toBe(documented.signature.slice(3))
  })

  test("names an event by its event_id", () => {
    const body = `{"event_id":"Ev08MFMKH6"}`
    const signature = `v0=${hex(documented.secret, `v0:${documented.timestamp}:${body}`)}`
    expect(slack(message({ body, signature })).event).toBe("Ev08MFMKH6")
  })

  test.each([
    ["another body", message({ body: `${documented.body}&a=b` }), "signature_wrong"],
    ["another time", message({ timestamp: "1531420619" }), "signature_wrong"],
    ["another version", message({ signature: documented.signature.replace("v0", "v1") }), "signature_wrong"],
    ["a message of long ago", message({ seconds: 301 }), "timestamp_stale"],
    ["a message of the future", message({ seconds: -301 }), "timestamp_stale"],
  ])("refuses %s", (_case, refused, code) => expect(codeOf(slack, refused)).toBe(code))
})

describe("Stripe's scheme", () => {
  const secret = "whsec_test"
  const body = `{"id":"evt_1NG8Du2eZvKYlo2CUI79vXWy","object":"event"}`
  const v1 = (time = "1700000000", key = secret) => `v1=${hex(key, `${time}.${body}`)}`
  const message = (signature: string, seconds = 0, text = body) => ({
    body: bytes(text),
    headers: new Headers({ "stripe-signature": signature }),
    secret,
    now: (1_700_000_000 + seconds) * 1000,
  })

  test.each([
    ["one signature", `t=1700000000,${v1()}`],
    ["several of which one is ours", `t=1700000000,${v1(undefined, "whsec_old")},${v1()}`],
    ["one beside a signature of another scheme", `t=1700000000,${v1()},v0=${"0".repeat(64)}`],
  ])("takes %s", (_case, signature) => {
    expect(codeOf(stripe, message(signature))).toBe("event evt_1NG8Du2eZvKYlo2CUI79vXWy")
  })

  test("takes a message that is five minutes old", () => {
    expect(codeOf(stripe, message(`t=1700000000,${v1()}`, 300))).toMatch(/^event /)
  })

  test.each([
    ["another body", message(`t=1700000000,${v1()}`, 0, `${body} `), "signature_wrong"],
    ["a later time with the old signature", message(`t=1700000100,${v1()}`), "signature_wrong"],
    ["another scheme alone", message(`t=1700000000,${v1().replace("v1", "v0")}`), "signature_wrong"],
    ["no time", message(v1("")), "timestamp_malformed"],
    ["a message of long ago", message(`t=1700000000,${v1()}`, 301), "timestamp_stale"],
    ["a message of the future", message(`t=1700000000,${v1()}`, -301), "timestamp_stale"],
  ])("refuses %s", (_case, refused, code) => expect(codeOf(stripe, refused)).toBe(code))
})
