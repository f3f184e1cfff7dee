import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { problem } from "@alienplatform/core/error"
import { makeDirectory } from "@alienplatform/core/make-directory"

/** Content of the user's own file: the manager to talk to, and the token. */
export interface UserConfig {
  manager?: string | undefined
  token?: string | undefined
}

/**
 * Reads the user's file; an absent one is empty. It holds a token, so one that others may read is refused with
 * `config_insecure`; one that is not valid with `config_invalid`.
 */
export async function readUserConfig(path: string): Promise<UserConfig> {
  const found = await stat(path).catch(emptyIfMissing)
  if (!found) return {}
  const mode = found.mode & 0o777
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw problem("config_insecure", {
      message: `${path} has mode ${mode.toString(8).padStart(4, "0")} and holds a token that others could read`,
      hint: `run: chmod 600 ${path}`,
    })
  return validate(parse(await readFile(path, "utf8"), path), path)
}

/** Replaces the user's file in one step, readable by its owner only. */
export async function writeUserConfig(path: string, config: UserConfig): Promise<void> {
  await makeDirectory(dirname(path), 0o700)
  const draft = `${path}.${process.pid}.tmp`
  await writeFile(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, path)
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw configInvalid(path, error instanceof Error ? error.message : "no JSON", error)
  }
}

function validate(value: unknown, path: string): UserConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw configInvalid(path, "it holds no object")
  const { manager, token } = value as Record<string, unknown>
  if (manager !== undefined && (typeof manager !== "string" || !/^https?:$/.test(URL.parse(manager)?.protocol ?? "")))
    throw configInvalid(path, "manager has to be an http or https URL")
  if (token !== undefined && (typeof token !== "string" || token === ""))
    throw configInvalid(path, "token has to be a string that is not empty")
  return { manager, token }
}

const configInvalid = (path: string, why: string, cause?: unknown) =>
  problem("config_invalid", {
    message: `${path} cannot be used: ${why}`,
    hint: 'write {"manager": "http://127.0.0.1:7400", "token": "…"}, or remove the file',
    cause,
  })

const emptyIfMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === "ENOENT") return undefined
  throw error
}
