import { mkdir } from "node:fs/promises"
import { createServer } from "node:http"
import { join } from "node:path"
import { type Clock, type Owner, systemClock } from "@alienplatform/engine"
import { openCertificateAuthority } from "../certificates/authority.ts"
import type { Local } from "../context.ts"
import { gatewayControl } from "../gateway/control.ts"
import { RoutesFile } from "../gateway/routes-file.ts"
import type { GatewayStatus } from "../gateway/table.ts"
import { temporarySupervisor } from "./temporary.ts"

/** A control socket that answers as the gateway would; tests set what it says. */
export interface GatewayDouble {
  status: GatewayStatus
  reloads: number
}

export interface TestLocal extends AsyncDisposable {
  local: Local
  gateway: GatewayDouble
}

/** A whole local platform in a temporary directory but for the gateway, whose control socket is a double. */
export async function testLocal({ clock = systemClock }: { clock?: Clock } = {}): Promise<TestLocal> {
  const machine = await temporarySupervisor()
  const { dataDirectory, runtimeDirectory, supervisor } = machine
  const authority = await openCertificateAuthority({ directory: join(dataDirectory, "..", "ca") })
  await mkdir(runtimeDirectory, { recursive: true })
  const socket = join(runtimeDirectory, "double.sock")
  const gateway: GatewayDouble = { status: { version: 0, port: 8443, pid: process.pid, rejected: {} }, reloads: 0 }
  const server = createServer((request, response) => {
    if (request.url === "/reload") gateway.reloads += 1
    response.end(JSON.stringify(gateway.status))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const local: Local = {
    dataDirectory,
    supervisor,
    routes: new RoutesFile(join(dataDirectory, "gateway", "routes.json")),
    gateway: gatewayControl(socket),
    authority,
    clock,
  }
  return {
    local,
    gateway,
    async [Symbol.asyncDispose]() {
      server.close()
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
