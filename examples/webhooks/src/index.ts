import { func } from "@alienplatform/sdk"
import { createReceiver } from "./receiver.ts"
import { register } from "./register.ts"

const { GITHUB_WEBHOOK_SECRET, STRIPE_WEBHOOK_SECRET, SLACK_SIGNING_SECRET, THIRD_PARTY_URL } = process.env

const receive = createReceiver({
  secrets: { github: GITHUB_WEBHOOK_SECRET, stripe: STRIPE_WEBHOOK_SECRET, slack: SLACK_SIGNING_SECRET },
  async handle(provider, event) {
    console.log(`${provider}: ${event.byteLength} bytes`)
  },
})

if (THIRD_PARTY_URL) void register(THIRD_PARTY_URL, async () => (await func("api")).getUrl())
else console.log("THIRD_PARTY_URL is not set: no webhooks are registered")

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    return pathname === "/health" ? new Response("ok\n") : receive(request)
  },
}
