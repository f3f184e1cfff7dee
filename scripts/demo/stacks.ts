import { join, resolve } from "node:path"
import { z } from "zod"
import { type Endpoint, endpointsOf } from "./endpoint.ts"
import type { Sandbox } from "./sandbox.ts"

export const examples = resolve(import.meta.dirname, "../../examples")

const Listed = z.object({ deployments: z.array(z.object({ name: z.string() })) })

/** Deployments that the demo makes, each from the folder of `examples` with its name. */
export const STACKS = ["first-api", "microservices"] as const

/** `alien deploy` in the example's own folder. Fails with what the command said. */
export async function deploy(sandbox: Sandbox, name: string, signal: AbortSignal): Promise<void> {
  await runOrThrow(sandbox, ["deploy", name, "--yes"], { cwd: join(examples, name), signal })
}

/** Names of all that there are; none when no manager came up. */
export async function deploymentsOf(sandbox: Sandbox): Promise<string[]> {
  const { exit, stdout } = await sandbox.alien(["list", "--json"])
  return exit === 0 ? Listed.parse(JSON.parse(stdout)).deployments.map(({ name }) => name) : []
}

/** What `alien info` says of the deployment's endpoints; all of them are ready. */
export async function readyEndpoints(sandbox: Sandbox, name: string): Promise<Endpoint[]> {
  const endpoints = endpointsOf(await runOrThrow(sandbox, ["info", name, "--json"]))
  const late = endpoints.filter(({ state }) => state !== "ready")
  if (late.length > 0)
    throw new Error(late.map((known) => `${known.resource}.${known.endpoint} of ${name} is ${known.state}`).join("; "))
  return endpoints
}

/** A command that has to end with 0; answers with what it printed. */
export async function runOrThrow(
  sandbox: Sandbox,
  args: readonly string[],
  more: Parameters<Sandbox["alien"]>[1] = {},
) {
  const { exit, stdout, stderr } = await sandbox.alien(args, more)
  if (exit === 0) return stdout
  throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
}
