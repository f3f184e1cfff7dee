import { join, resolve } from "node:path"
import { z } from "zod"
import { type Endpoint, endpointsOf } from "./endpoint.ts"
import type { Sandbox } from "./sandbox.ts"

export const examples = resolve(import.meta.dirname, "../../examples")

const Listed = z.object({ deployments: z.array(z.object({ name: z.string() })) })

/** Deployments of the demo, each from the folder of `examples` with its name. */
export const STACKS = ["first-api", "microservices"] as const

/** Runs `alien deploy` in the example's folder. Throws with the command's output. */
export async function deploy(sandbox: Sandbox, name: string, signal: AbortSignal): Promise<void> {
  await runOrThrow(sandbox, ["deploy", name, "--yes"], { cwd: join(examples, name), signal })
}

/** Names of all deployments; none when no manager started. */
export async function deploymentsOf(sandbox: Sandbox): Promise<string[]> {
  const { exit, stdout } = await sandbox.alien(["list", "--json"])
  return exit === 0 ? Listed.parse(JSON.parse(stdout)).deployments.map(({ name }) => name) : []
}

/** Endpoints of a deployment from `alien info`; throws unless all are ready. */
export async function readyEndpoints(sandbox: Sandbox, name: string): Promise<Endpoint[]> {
  const endpoints = endpointsOf(await runOrThrow(sandbox, ["info", name, "--json"]))
  const late = endpoints.filter(({ state }) => state !== "ready")
  if (late.length > 0)
    throw new Error(late.map((known) => `${known.resource}.${known.endpoint} of ${name} is ${known.state}`).join("; "))
  return endpoints
}

/** Runs a command and returns what it printed; throws unless it exits with 0. */
export async function runOrThrow(
  sandbox: Sandbox,
  args: readonly string[],
  more: Parameters<Sandbox["alien"]>[1] = {},
) {
  const { exit, stdout, stderr } = await sandbox.alien(args, more)
  if (exit === 0) return stdout
  throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
}
