import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { copyFile, mkdir, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { delimiter, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { unusedPort } from "./bare-start.ts"

export interface ProxyOptions {
  /** Existing directory for configuration and sockets. */
  directory: string
  host: string
  /** Certificate chain of the host, a PEM file. */
  chainFile: string
  keyFile: string
  /** Port of the app on loopback. */
  upstream: number
  /** Client connections that nginx takes; default 1,024. The gateway has a limit of its own. */
  connections?: number
}

/** A running proxy that serves the host over TLS, HTTP/1.1 and HTTP/2, on `port` of 127.0.0.1. */
export interface Proxy {
  port: number
  /** Id of the process that serves. */
  pid: number
  stop(): Promise<void>
}

/** Starts a proxy; undefined where it is not installed. */
export type StartProxy = (options: ProxyOptions) => Promise<Proxy | undefined>

const START_TIMEOUT_MS = 15_000

/** Starts our gateway as the supervisor does, access log included. */
export const startGateway: StartProxy = async ({ directory, host, chainFile, keyFile, upstream }) => {
  const port = await unusedPort()
  const own = join(directory, "gateway")
  await mkdir(own, { mode: 0o700 })
  const route = {
    ...{
      key: "bench/route",
      host,
      upstreams: [{ port: upstream }],
      deployment: "bench",
      resource: "api",
      endpoint: "web",
    },
    certificate: { chainFile: "chain.pem", keyFile: "key.pem", sha256: "0" },
  }
  await copyFile(chainFile, join(own, "chain.pem"))
  await copyFile(keyFile, join(own, "key.pem"))
  await writeFile(join(own, "routes.json"), JSON.stringify({ format: 1, version: 1, routes: [route] }))
  const config = { format: 1, port, controlSocket: join(own, "s"), logDirectory: join(directory, "logs") }
  await writeFile(join(own, "config.json"), JSON.stringify(config))
  const main = fileURLToPath(import.meta.resolve("@alienplatform/gateway/main"))
  return startProxyProcess(process.execPath, [main, join(own, "config.json")], port)
}

export const startNginx: StartProxy = async ({
  directory,
  host,
  chainFile,
  keyFile,
  upstream,
  connections = 1_024,
}) => {
  const nginx = onPath("nginx")
  if (!nginx) return undefined
  const port = await unusedPort()
  const own = join(directory, "nginx")
  await mkdir(own)
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${own}/${name};`,
  )
  await writeFile(
    join(own, "nginx.conf"),
    `daemon off; master_process off; pid ${own}/pid; error_log ${own}/error.log;
events { worker_connections ${connections}; }
http {
  ${temporary.join(" ")}
  access_log ${own}/access.log;
  keepalive_requests 100000000;
  upstream app { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} ssl http2;
    server_name ${host};
    ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`,
  )
  return startProxyProcess(nginx, ["-c", join(own, "nginx.conf"), "-p", own], port)
}

export const startCaddy: StartProxy = async ({ directory, host, chainFile, keyFile, upstream }) => {
  const caddy = onPath("caddy")
  if (!caddy) return undefined
  const port = await unusedPort()
  const own = join(directory, "caddy")
  await mkdir(own)
  await writeFile(
    join(own, "Caddyfile"),
    `{
  admin off
  auto_https off
}
https://${host}:${port} {
  bind 127.0.0.1
  tls ${chainFile} ${keyFile}
  log {
    output file ${own}/access.log
  }
  reverse_proxy 127.0.0.1:${upstream} {
    transport http {
      keepalive_idle_conns_per_host 64
    }
  }
}
`,
  )
  const environment = { HOME: own, XDG_CONFIG_HOME: own, XDG_DATA_HOME: own }
  return startProxyProcess(
    caddy,
    ["run", "--config", join(own, "Caddyfile"), "--adapter", "caddyfile"],
    port,
    environment,
  )
}

async function startProxyProcess(program: string, args: string[], port: number, environment = {}): Promise<Proxy> {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  })
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, "exit")
    child.kill("SIGTERM")
    await ended
  }
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!(await accepts(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`${program} does not listen on ${port}: ${said}`)
    }
    await setTimeout(10)
  }
  return { port, pid: child.pid ?? 0, stop }
}

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })

/** Path of an installed program; also looks in /usr/sbin, where Debian keeps servers. */
function onPath(program: string): string | undefined {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"]
  return directories.map((directory) => join(directory, program)).find((file) => !spawnSync(file, ["-v"]).error)
}
