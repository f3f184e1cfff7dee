/*
 * Somebody else's service: GitHub, Stripe and Slack in one. It knows of the Worker what the Worker told it, its URL.
 *
 *   POST /subscriptions {provider, url}      where events of the provider go from now on
 *   GET  /subscriptions                      {provider: url}
 *   POST /events/{provider}[?age=S&times=N]  signs the body, S seconds ago, delivers it N times; [{status, body}]
 *
 * The secrets are those that the Worker has; PORT may be 0.
 */
import { createServer, type IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"
import { deliver } from "./deliver.ts"
import { SIGN } from "./sign.ts"

const { GITHUB_WEBHOOK_SECRET, STRIPE_WEBHOOK_SECRET, SLACK_SIGNING_SECRET, PORT = "9000" } = process.env
const secrets = new Map(
  Object.entries({ github: GITHUB_WEBHOOK_SECRET, stripe: STRIPE_WEBHOOK_SECRET, slack: SLACK_SIGNING_SECRET }),
)
const subscriptions = new Map<string, string>()

async function answer(request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
  const body = await text(request)
  const [, collection, provider = ""] = pathname.split("/")
  if (collection === "subscriptions" && request.method === "GET") return Object.fromEntries(subscriptions)
  if (collection === "subscriptions" && request.method === "POST") return subscribe(JSON.parse(body))
  if (collection === "events" && request.method === "POST")
    return send(provider, body, Number(searchParams.get("age") ?? 0), Number(searchParams.get("times") ?? 1))
  throw new Error(`there is no ${request.method} ${pathname}`)
}

function subscribe({ provider, url }: { provider: string; url: string }) {
  if (!secrets.has(provider) || new URL(url).protocol !== "https:")
    throw new Error("an https URL for github, stripe or slack")
  subscriptions.set(provider, url)
  console.log(`${provider} → ${url}`)
  return { provider, url }
}

async function send(provider: string, body: string, age: number, times: number) {
  const [url, secret, sign] = [subscriptions.get(provider), secrets.get(provider), SIGN[provider]]
  if (!url || !secret || !sign) throw new Error(`${provider} has no subscription, or no secret is set for it`)
  const headers = sign(secret, body, Math.floor(Date.now() / 1000) - age)
  const answers = []
  for (let time = 0; time < times; time += 1) answers.push(await deliver(url, headers, body))
  return answers
}

const server = createServer((request, response) => {
  answer(request)
    .catch((error: unknown) => {
      response.statusCode = 400
      return { message: String(error) }
    })
    .then((value) => response.setHeader("content-type", "application/json").end(`${JSON.stringify(value)}\n`))
})
server.listen(Number(PORT), "127.0.0.1", () => {
  const address = server.address()
  console.log(`http://127.0.0.1:${typeof address === "object" && address ? address.port : PORT}`)
})
