import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { parseDocument } from "../documents/document.ts"
import { OciError, problem } from "../oci-error.ts"
import type { CredentialSource, Credentials } from "../registry/credentials.ts"
import { askHelper } from "./helper.ts"

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
})
type Entry = z.infer<typeof Entry>

/** @see https://docs.docker.com/reference/cli/docker/login/#credential-stores */
const Config = z.object({
  auths: z.record(z.string(), Entry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
})

export interface DockerConfigOptions {
  /** `DOCKER_CONFIG` names the folder of config.json; `PATH` is where helpers are looked for. */
  env: Readonly<Record<string, string | undefined>>
  /** The user's home directory. */
  home: string
}

/** How Docker Hub is called in configurations and by helpers. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/"

/**
 * Credentials as `docker login` keeps them, in config.json or behind a credential helper. No file, no credentials.
 * Throws `registry_credentials_invalid` for what cannot be read; no secret is in its message.
 */
export function dockerCredentials({ env, home }: DockerConfigOptions): CredentialSource {
  const file = join(env.DOCKER_CONFIG || join(home, ".docker"), "config.json")
  const known = new Map<string, Promise<Credentials | undefined>>()
  return (registry) => {
    const found = known.get(registry) ?? find(file, registry, env)
    known.set(registry, found)
    return found
  }
}

async function find(file: string, registry: string, env: DockerConfigOptions["env"]): Promise<Credentials | undefined> {
  const bytes = await readFile(file).catch((cause) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined
    throw invalid(file, `it cannot be read: ${cause.code}`, cause)
  })
  if (!bytes) return undefined
  const { auths = {}, credHelpers = {}, credsStore } = parse(file, bytes)
  const key = registry === "docker.io" ? DOCKER_HUB_KEY : registry
  const helper = valueFor(credHelpers, registry) ?? credsStore
  const fromHelper = helper ? await askHelper(helper, key, env) : undefined
  if (fromHelper) return fromHelper
  const entry = valueFor(auths, registry)
  return entry && credentialsOf(entry, file, registry)
}

function parse(file: string, bytes: Uint8Array): z.infer<typeof Config> {
  try {
    return parseDocument(Config, bytes, file)
  } catch (error) {
    // The cause of JSON.parse quotes what it read.
    throw invalid(file, error instanceof OciError ? error.message : "it is not JSON")
  }
}

/** Keys are hosts, or URLs of older versions of Docker. */
function valueFor<T>(record: Readonly<Record<string, T>>, registry: string): T | undefined {
  const names = registry === "docker.io" ? ["index.docker.io", "docker.io", "registry-1.docker.io"] : [registry]
  return Object.entries(record).find(([key]) => names.includes(hostOf(key)))?.[1]
}

const hostOf = (key: string): string => key.replace(/^https?:\/\//, "").replace(/\/.*$/, "")

function credentialsOf(entry: Entry, file: string, registry: string): Credentials | undefined {
  const { auth, identitytoken, registrytoken, username, password } = entry
  if (identitytoken) return { kind: "identity", token: identitytoken }
  if (registrytoken) return { kind: "bearer", token: registrytoken }
  if (username && password) return { kind: "password", username, password }
  if (!auth) return undefined
  const text = Buffer.from(auth, "base64").toString()
  const colon = text.indexOf(":")
  if (colon < 1) throw invalid(file, `auths of ${registry} has an auth that is not base64 of USER:PASSWORD`)
  return { kind: "password", username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") }
}

const invalid = (file: string, why: string, cause?: unknown) =>
  problem("registry_credentials_invalid", {
    message: `Docker's configuration ${file} cannot be used: ${why}`,
    hint: "`docker login` writes it again",
    cause,
  })
