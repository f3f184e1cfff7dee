import { getCompileCacheDir } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { problem, sha256Hex } from "@alienplatform/core"
import type { Local } from "../context.ts"
import { replaceFile } from "../files.ts"
import { canListen } from "../supervisor/ports.ts"
import type { ProcessSpec, ProcessState } from "../supervisor/protocol.ts"
import { holderOf } from "./port-holder.ts"
import type { GatewayConfig, GatewayStatus } from "./table.ts"

export const GATEWAY_OBJECT = "gateway"

const ISSUE_MAIN = fileURLToPath(new URL("../certificates/issue-main.ts", import.meta.url))

const START_TIMEOUT_MS = 20_000
const POLL_MS = 50

export interface StartOptions {
  port: number
  /** Entry of the gateway program: `node <gatewayMain> <gateway/config.json>`. */
  gatewayMain: string
}

/**
 * Has the supervisor keep the gateway running and waits until it answers with its port.
 * Throws `port_in_use` (names the holder) or `gateway_failed` (with its last lines).
 */
export async function startGateway(local: Local, { port, gatewayMain }: StartOptions): Promise<void> {
  const logDirectory = join(local.dataDirectory, "logs")
  const issueCommand = [process.execPath, ISSUE_MAIN, dirname(local.authority.certificateFile)]
  const config: GatewayConfig = { format: 1, port, controlSocket: local.gateway.socket, logDirectory, issueCommand }
  const configFile = join(local.dataDirectory, "gateway", "config.json")
  await replaceFile(configFile, JSON.stringify(config))
  const known = await local.supervisor.get(GATEWAY_OBJECT)
  if (known?.status !== "running" && !(await canListen(port))) throw await inUse(port, local)
  await local.supervisor.put(specOf(local, [process.execPath, gatewayMain, configFile], config))
  const deadline = local.clock.now() + START_TIMEOUT_MS
  for (;;) {
    const status = await local.gateway.status().catch(() => undefined)
    const state = await local.supervisor.get(GATEWAY_OBJECT)
    if (serves(status, state, port)) return
    if (state?.status === "backoff" || local.clock.now() >= deadline) {
      if (status === undefined && !(await canListen(port))) throw await inUse(port, local)
      throw failed(port, state)
    }
    await local.clock.until(local.clock.now() + POLL_MS)
  }
}

const serves = (status: GatewayStatus | undefined, state: ProcessState | undefined, port: number): boolean =>
  status !== undefined && status.port === port && status.pid === state?.pid

function specOf(local: Local, command: string[], config: GatewayConfig): ProcessSpec {
  const { PATH = "", HOME = "" } = process.env
  const compiled = getCompileCacheDir()
  return {
    object: GATEWAY_OBJECT,
    owner: { installation: "local", deployment: "gateway", node: "gateway", incarnation: 1 },
    command,
    cwd: local.dataDirectory,
    environment: { PATH, HOME, ...(compiled ? { NODE_COMPILE_CACHE: dirname(compiled) } : {}) },
    ports: [],
    logFile: join(local.dataDirectory, "logs", "gateway", "gateway.ndjson"),
    graceSeconds: 10,
    fingerprint: sha256Hex(JSON.stringify([command, config])),
  }
}

async function inUse(port: number, local: Local) {
  return problem("port_in_use", {
    message: `port ${port}, which the URLs of ${local.dataDirectory} carry, is taken by ${await holderOf(port)}; stop it and start again`,
    context: { port },
  })
}

const failed = (port: number, state: ProcessState | undefined) =>
  problem("gateway_failed", {
    message: `the gateway does not serve port ${port}${state ? ` (${state.status}, ${state.restarts} exits)` : ""}; its last lines:\n${(state?.lastLines ?? []).map((line) => `  ${line}`).join("\n")}`,
  })
