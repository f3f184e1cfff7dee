import { join } from "node:path"
import { z } from "zod"
import type { Endpoint } from "../../tests/harness/endpoint.ts"
import { examples, runOrThrow } from "../../tests/harness/example-stacks.ts"
import type { Sandbox } from "../../tests/harness/sandbox.ts"
import { screen } from "../../tests/harness/screen.ts"
import { captureChild } from "../run-child.ts"
import { onlyEndpoint } from "./calls.ts"

const Info = z.object({ commands: z.object({ url: z.string(), deploymentId: z.string() }) })

/**
 * Runs the client of examples/microservices, a process outside the stack. It gets the manager's address, a customer's
 * token and the deployment's id, and finds the URLs in `/info`. Prints its output; throws unless it called all three
 * services.
 */
export async function callFromOutside(sandbox: Sandbox, endpoints: readonly Endpoint[]): Promise<void> {
  const info = Info.parse(JSON.parse(await runOrThrow(sandbox, ["info", "microservices", "--json"])))
  const token = await runOrThrow(sandbox, ["tokens", "create", "--role", "customer", "--deployment", "microservices"])
  const { exit, output } = await captureChild(process.execPath, [join(examples, "microservices/outside/client.ts")], {
    cwd: sandbox.directory,
    environment: {
      ALIEN_MANAGER_URL: info.commands.url,
      ALIEN_DEPLOYMENT_ID: info.commands.deploymentId,
      ALIEN_TOKEN: token.trim(),
      NODE_EXTRA_CA_CERTS: onlyEndpoint(endpoints, "storefront").certificateAuthorityFile,
    },
  })
  screen.line(output.trimEnd())
  const called = output.trimEnd().split("\n")
  if (exit !== 0 || called.length !== 3 || !called.every((line) => / 200 /.test(line)))
    throw new Error(`the client outside the stack ended with ${exit} and did not get three answers of 200`)
}
