import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { parseJson, problem } from "@alienplatform/core"
import { z } from "zod"
import { Engine } from "./engine.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** Where Docker's own command keeps its settings and credentials. */
export const dockerConfigDirectory = (env: Environment): string =>
  env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker")

/**
 * The Unix socket of the container engine that Docker's own command would use, else the first that is there; nothing
 * where none is. Only looks for files. Throws `container_engine_missing` where the user chose an engine elsewhere: the
 * gateway would not reach ports that it publishes.
 */
export function findEngineSocket(env: Environment = process.env, exists = isSocket) {
  const chosen = env.DOCKER_HOST || contextHost(env)
  if (chosen) return socketOf(chosen)
  return candidates(env).find(exists)
}

/** Throws `container_engine_missing` where there is no engine. */
export function findEngine(env: Environment = process.env, exists = isSocket): Engine {
  const socket = findEngineSocket(env, exists)
  if (socket !== undefined) return new Engine(socket)
  throw engineMissing(`no container engine was found at ${candidates(env).join(", ")}, and DOCKER_HOST is not set`)
}

/** How to get one. */
export const INSTALL_ENGINE =
  "install Docker (https://docs.docker.com/engine/install/) or Podman and start it: on Debian and Ubuntu `sudo apt-get install podman runc` and `systemctl --user enable --now podman.socket`"

const engineMissing = (message: string) =>
  problem("container_engine_missing", { message: `${message}; ${INSTALL_ENGINE}`, outcome: "refused" })

const candidates = ({ XDG_RUNTIME_DIR: runtime }: Environment): string[] => [
  "/var/run/docker.sock",
  ...(runtime ? [join(runtime, "docker.sock"), join(runtime, "podman", "podman.sock")] : []),
  "/run/podman/podman.sock",
]

const isSocket = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false

function socketOf(host: string): string {
  if (host.startsWith("unix://")) return host.slice("unix://".length)
  throw engineMissing(`containers run on this machine alone, and the engine that was chosen is ${host}`)
}

const Config = z.object({ currentContext: z.string().optional() })
const Meta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) })

/** `docker context use` wrote it; `default` is none. */
function contextHost(env: Environment): string | undefined {
  const directory = dockerConfigDirectory(env)
  const name = env.DOCKER_CONTEXT || read(join(directory, "config.json"), Config)?.currentContext
  if (!name || name === "default") return undefined
  const id = createHash("sha256").update(name).digest("hex")
  return read(join(directory, "contexts", "meta", id, "meta.json"), Meta)?.Endpoints.docker.Host
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(parseJson(readFileSync(file, "utf8"))).data
  } catch {
    return undefined // There is none.
  }
}
