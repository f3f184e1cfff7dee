import type { LocalContext } from "../context.ts"
import { storeArtifact } from "./artifact.ts"
import { testLocal } from "./local.ts"

/** For contract tests: a real supervisor, a gateway that serves whatever lies in the table, and an artifact that is stored. */
export async function open() {
  const machine = await testLocal()
  const { local } = machine
  const artifact = await storeArtifact(local.dataDirectory, "export default {}")
  const status = async () => ({ ...machine.gateway.status, version: (await local.routes.read()).version })
  const context: LocalContext & { artifact: string } = {
    local: { ...local, gateway: { ...local.gateway, status, reload: status } },
    artifact,
  }
  return { context, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() }
}
