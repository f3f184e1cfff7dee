import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, type Owner, systemClock } from "@alienplatform/engine"
import { openCertificateAuthority } from "../certificates/authority.ts"
import type { Local } from "../context.ts"
import { findEngine } from "../docker/find-engine.ts"
import { Pulls } from "../docker/pulls.ts"
import { gatewayControl } from "../gateway/control.ts"
import { RoutesFile } from "../gateway/routes-file.ts"
import { type ControlDouble, controlDouble } from "./control-double.ts"
import { temporarySupervisor } from "./temporary.ts"

export interface TestLocal extends AsyncDisposable {
  local: Local
  gateway: ControlDouble
}

/** A whole local platform in a temporary directory but for the gateway, whose control socket is a double. */
export async function testLocal({ clock = systemClock }: { clock?: Clock } = {}): Promise<TestLocal> {
  const machine = await temporarySupervisor()
  const { dataDirectory, runtimeDirectory, supervisor } = machine
  const authority = await openCertificateAuthority({ directory: join(dataDirectory, "..", "ca") })
  await mkdir(runtimeDirectory, { recursive: true })
  const socket = join(runtimeDirectory, "double.sock")
  const gateway = await controlDouble(socket)
  const local: Local = {
    dataDirectory,
    supervisor,
    routes: new RoutesFile(join(dataDirectory, "gateway", "routes.json")),
    gateway: gatewayControl(socket),
    authority,
    engine: () => findEngine({}, () => false),
    pulls: new Pulls(),
    clock,
  }
  return {
    local,
    gateway,
    async [Symbol.asyncDispose]() {
      gateway.close()
      await machine[Symbol.asyncDispose]()
    },
  }
}

export const ownerOf = (node: string, change: Partial<Owner> = {}): Owner => ({
  installation: "ins_a",
  deployment: "dep_a",
  node,
  incarnation: 1,
  ...change,
})
