import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { type IncomingMessage, request } from "node:http"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { connect as connectTls } from "node:tls"
import { fileURLToPath } from "node:url"
import type { Local } from "../context.ts"
import { gatewayControl } from "../gateway/control.ts"
import type { GatewayConfig } from "../gateway/table.ts"
import { freePort } from "./loopback.ts"

const MAIN = fileURLToPath(new URL("../../../../apps/gateway/src/main.ts", import.meta.url))

export interface RealGateway extends AsyncDisposable {
  port: number
}

/** The gateway itself, as a process of its own that serves the table of a data directory on a free port. */
export async function startRealGateway({ dataDirectory, gateway }: Local): Promise<RealGateway> {
  const controlSocket = join(dirname(gateway.socket), "real.sock")
  const config: GatewayConfig = { format: 1, port: await freePort(), controlSocket }
  const file = join(dataDirectory, "gateway", "config.json")
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify(config))
  await using opened = new AsyncDisposableStack()
  const child = spawn(process.execPath, [MAIN, file], { stdio: ["ignore", "ignore", "pipe"] })
  const exited = once(child, "exit")
  opened.defer(async () => {
    child.kill("SIGTERM")
    await exited
  })
  const said: string[] = []
  const lines = createInterface({ input: child.stderr })
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line)
      if (line.includes('"event":"listening"')) resolve()
    })
    exited.then(() => reject(new Error(`the gateway did not start: ${said.join("\n")}`)), reject)
  })
  await gatewayControl(controlSocket).reload()
  const all = opened.move()
  return { port: config.port, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

export interface GatewayAnswer {
  status: number
  location: string | undefined
  body: string
  /** SHA-256 of the certificate that was shown, in hex with colons. */
  fingerprint: string
}

/** What a client gets that sends a request for a host through the gateway; rejects where TLS is refused. */
export async function askThrough({ port }: RealGateway, host: string, authority: string): Promise<GatewayAnswer> {
  const socket = connectTls({ host: "127.0.0.1", port, servername: host, ca: authority })
  await once(socket, "secureConnect")
  const call = request({ createConnection: () => socket, headers: { host: `${host}:${port}`, connection: "close" } })
  call.end()
  const [response]: [IncomingMessage] = (await once(call, "response")) as [IncomingMessage]
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location,
    body: (await response.toArray()).join(""),
    fingerprint: socket.getPeerX509Certificate()?.fingerprint256 ?? "",
  }
}
