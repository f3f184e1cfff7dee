import { readFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { problem, type Violation, violations } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"
import { checkPublicUrl, PUBLIC_URL, publicUrlFault } from "./public-url.ts"

export const DEFAULT_FILE = "alien.config.json"
const KEEP_RELEASES = 30

export interface ServeOptions {
  data?: string | undefined
  port?: string | undefined
  config?: string | undefined
  keepReleases?: string | undefined
  publicUrl?: string | undefined
}

/** A value and where it came from. */
export interface Setting<T> {
  value: T
  from: "flag" | "environment" | "file" | "default"
}

export interface ServeConfiguration {
  /** Absolute path of the data directory. */
  data: Setting<string>
  /** Port to listen on; undefined: the first free one. */
  port: Setting<number | undefined>
  /** So many of the newest releases of each stack and platform are kept, beside those in use. */
  keepReleases: Setting<number>
  /** Where it is reached from elsewhere, without a trailing slash; undefined: nowhere. */
  publicUrl: Setting<string | undefined>
  /** True where an encryption key was given; the manager reads the key itself. */
  encryptionKey: Setting<boolean>
}

/**
 * Reads the configuration: flags over environment over one file over defaults. Throws `usage_invalid` and
 * `config_invalid`.
 */
export async function configurationOf(
  options: ServeOptions,
  { env, cwd, home }: Pick<Context, "env" | "cwd" | "home">,
): Promise<ServeConfiguration> {
  const named = options.config ?? (env.ALIEN_CONFIG || undefined)
  const path = named === undefined ? join(cwd, DEFAULT_FILE) : resolve(cwd, named)
  const file = await readConfiguration(path, named !== undefined)
  const port = first<string | number>(options.port, env.ALIEN_PORT, file.port)
  const keep = first<string | number>(options.keepReleases, env.ALIEN_KEEP_RELEASES, file.keepReleases)
  const data = first(options.data, env.ALIEN_DATA, file.data)
  const publicUrl = first(options.publicUrl, env.ALIEN_PUBLIC_URL, file.publicUrl)
  return {
    data: data
      ? { ...data, value: resolve(data.from === "file" ? dirname(path) : cwd, data.value) }
      : { value: userPaths({ env, home }).data, from: "default" },
    port: port ? { ...port, value: portOf(port.value) } : { value: undefined, from: "default" },
    keepReleases: keep ? { ...keep, value: countOf(keep.value) } : { value: KEEP_RELEASES, from: "default" },
    publicUrl: publicUrl
      ? { ...publicUrl, value: checkPublicUrl(publicUrl.value) }
      : { value: undefined, from: "default" },
    encryptionKey: {
      value: Boolean(env.ALIEN_ENCRYPTION_KEY),
      from: env.ALIEN_ENCRYPTION_KEY ? "environment" : "default",
    },
  }
}

/** Formats the configuration for people and programs; a given secret is shown as asterisks. */
export const printable = ({
  data,
  port,
  keepReleases,
  publicUrl,
  encryptionKey,
}: ServeConfiguration): Record<string, Setting<unknown>> => ({
  data,
  port: { ...port, value: port.value ?? "first free from 7400" },
  keepReleases,
  publicUrl: { ...publicUrl, value: publicUrl.value ?? "none" },
  ...(encryptionKey.value ? { encryptionKey: { ...encryptionKey, value: "********" } } : {}),
})

function first<T>(flag: T | undefined, variable: T | undefined, inFile: T | undefined): Setting<T> | undefined {
  if (flag !== undefined) return { value: flag, from: "flag" }
  if (variable !== undefined && variable !== "") return { value: variable, from: "environment" }
  return inFile === undefined ? undefined : { value: inFile, from: "file" }
}

function portOf(value: string | number): number {
  const port = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw problem("usage_invalid", { message: `port ${value} is no port; give a number from 1 to 65535` })
}

function countOf(value: string | number): number {
  const count = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw problem("usage_invalid", { message: `${value} is no number of releases to keep; give 1 or more` })
}

interface FileContent {
  data?: string
  port?: number
  publicUrl?: string
  keepReleases?: number
}

async function readConfiguration(path: string, required: boolean): Promise<FileContent> {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (cause) {
    if (!required && (cause as NodeJS.ErrnoException).code === "ENOENT") return {}
    throw problem("config_invalid", { message: `${path} cannot be read`, hint: "check the path and its mode", cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw problem("config_invalid", { message: `${path} holds no JSON: ${(cause as Error).message}`, cause })
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw problem("config_invalid", { message: `${path} holds no JSON object` })
  return checkFile(value, path)
}

function checkFile(value: object, path: string): FileContent {
  const { data, port, publicUrl, keepReleases, ...others } = value as Record<string, unknown>
  const found: Violation[] = Object.keys(others).map((key) => ({
    path: key,
    code: "key_unknown",
    message: "is not known here; there are data, port, publicUrl and keepReleases",
  }))
  if (data !== undefined && (typeof data !== "string" || data === ""))
    found.push({ path: "data", code: "value_malformed", message: "has to be a path" })
  if (port !== undefined && (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65535))
    found.push({ path: "port", code: "value_malformed", message: "has to be a number from 1 to 65535" })
  const isCount = typeof keepReleases === "number" && Number.isSafeInteger(keepReleases) && keepReleases >= 1
  if (keepReleases !== undefined && !isCount)
    found.push({ path: "keepReleases", code: "value_malformed", message: "has to be a number, 1 or more" })
  if (publicUrl !== undefined && (typeof publicUrl !== "string" || publicUrlFault(publicUrl) !== undefined))
    found.push({ path: "publicUrl", code: "value_malformed", message: `has to be ${PUBLIC_URL}` })
  if (found.length > 0) throw violations("config_invalid", path, found)
  return {
    ...(typeof data === "string" ? { data } : {}),
    ...(typeof port === "number" ? { port } : {}),
    ...(typeof keepReleases === "number" ? { keepReleases } : {}),
    ...(typeof publicUrl === "string" ? { publicUrl } : {}),
  }
}
