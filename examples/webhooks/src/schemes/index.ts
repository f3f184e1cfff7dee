import type { Verify } from "./delivery.ts"
import { github } from "./github.ts"
import { slack } from "./slack.ts"
import { stripe } from "./stripe.ts"

export const PROVIDERS = ["github", "stripe", "slack"] as const
export type Provider = (typeof PROVIDERS)[number]

export const SCHEMES: Record<Provider, Verify> = { github, stripe, slack }
