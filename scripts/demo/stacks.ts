import { join, resolve } from "node:path"
import { z } from "zod"
import { type Endpoint, endpointsOf } from "./endpoint.ts"
import { askAnswer, expectAnswer, firstApiAnswer } from "./expectations.ts"
import { getVerified } from "./https.ts"
import type { Sandbox } from "./sandbox.ts"
import { screen } from "./screen.ts"

const examples = resolve(import.meta.dirname, "../../examples")

const Listed = z.object({ deployments: z.array(z.object({ name: z.string() })) })

/** Deployments that the demo makes, each from the folder of `examples` with its name. */
export const STACKS = ["first-api", "two-workers"] as const

/** `alien deploy` in the example's own folder. Fails with what the command said. */
export async function deploy(sandbox: Sandbox, name: string, signal: AbortSignal): Promise<void> {
  await succeed(sandbox, ["deploy", name, "--yes"], { cwd: join(examples, name), signal })
}

/** Names of all that there are; none when no manager came up. */
export async function deploymentsOf(sandbox: Sandbox): Promise<string[]> {
  const { exit, stdout } = await sandbox.alien(["list", "--json"])
  return exit === 0 ? Listed.parse(JSON.parse(stdout)).deployments.map(({ name }) => name) : []
}

/** What `alien info` says of the deployment's endpoints; all of them are ready. */
export async function readyEndpoints(sandbox: Sandbox, name: string): Promise<Endpoint[]> {
  const endpoints = endpointsOf(await succeed(sandbox, ["info", name, "--json"]))
  const late = endpoints.filter(({ state }) => state !== "ready")
  if (late.length > 0)
    throw new Error(late.map((known) => `${known.resource}.${known.endpoint} of ${name} is ${known.state}`).join("; "))
  return endpoints
}

/** Calls both stacks over HTTPS, shows what they answer and throws unless it is what they should. */
export async function callAll(endpoints: readonly Endpoint[]): Promise<void> {
  const [api, frontend, backend] = ["api", "frontend", "backend"].map((name) => resourceOf(endpoints, name))
  if (!api || !frontend || !backend) return
  await call(api, "/", firstApiAnswer(api.url))
  screen.done("the URL that the SDK gave the Function is the one that `alien info` shows")
  await call(frontend, "/ask", askAnswer(frontend.url, backend.url))
  screen.done("the frontend asked the SDK for the backend's URL and called it there")
}

async function call(endpoint: Endpoint, path: string, expected: object): Promise<void> {
  const url = new URL(path, endpoint.url).href
  const answer = await getVerified(endpoint, path)
  screen.line(`GET ${url}`)
  screen.line(`  ${answer.status}  ${screen.dim(`${answer.tls}, certificate by ${answer.issuer}, verified`)}`)
  screen.line(`  ${answer.body}`)
  expectAnswer(url, answer, expected)
}

function resourceOf(endpoints: readonly Endpoint[], resource: string): Endpoint {
  const found = endpoints.find((known) => known.resource === resource)
  if (found) return found
  throw new Error(
    `${resource} has no public endpoint; there are ${endpoints.map((known) => known.resource).join(", ")}`,
  )
}

/** A command that has to end with 0; answers with what it printed. */
export async function succeed(sandbox: Sandbox, args: readonly string[], more: Parameters<Sandbox["alien"]>[1] = {}) {
  const { exit, stdout, stderr } = await sandbox.alien(args, more)
  if (exit === 0) return stdout
  throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
}
