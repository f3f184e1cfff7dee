import { setTimeout } from "node:timers/promises"
import { PROVIDERS } from "./schemes/index.ts"

/**
 * Tells the third party where to deliver. Either side may start first, so it repeats until every subscription was taken;
 * a subscription that is there already is replaced, so any number of instances may do this.
 */
export async function register(thirdParty: string, ownUrl: () => Promise<string | undefined>): Promise<void> {
  for (const provider of PROVIDERS)
    for (let wait = 500; !(await subscribed(thirdParty, provider, ownUrl)); wait = Math.min(wait * 2, 30_000))
      await setTimeout(wait, undefined, { ref: false })
}

async function subscribed(thirdParty: string, provider: string, ownUrl: () => Promise<string | undefined>) {
  try {
    const url = new URL(provider, await ownUrl()).href
    const answer = await fetch(new URL("/subscriptions", thirdParty), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ provider, url }),
      signal: AbortSignal.timeout(10_000),
    })
    console.log(`${answer.ok ? "registered" : `${answer.status} for`} ${url}`)
    return answer.ok
  } catch (error) {
    console.log(`registering with ${thirdParty} failed, trying again: ${String(error)}`)
    return false
  }
}
