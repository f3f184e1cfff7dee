import { existsSync } from "node:fs"
import { installationOfToken } from "@alienplatform/api/client"
import type { Context } from "../context.ts"
import { readUserConfig, writeUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"

/**
 * Saves a new manager and its token for this user's other commands, unless they use another manager already.
 * Answers with the file, or nothing when it was left alone. A manager that starts for the first time at the address
 * that the file names makes the token in it worthless, so that one is replaced; unless the installation that gave it
 * still has its data directory: it may be started again elsewhere, and shows that token to nobody a second time.
 */
export async function remember(
  manager: string,
  token: string,
  context: Pick<Context, "env" | "home">,
): Promise<string | undefined> {
  const path = userPaths(context).config
  const known = await readUserConfig(path)
  if (known.manager !== undefined && known.manager.replace(/\/+$/, "") !== manager) return undefined
  if (known.token !== undefined && (await stillExists(known.token, token, context))) return undefined
  await writeUserConfig(path, { manager, token })
  return path
}

/**
 * Saves the new address of a manager on this machine whose token the user's file has: it may be given another port.
 * Answers with the file, or nothing when it was left alone, as where the file has an address by which others reach it.
 */
export async function rememberAddress(
  { url, installation }: { url: string; installation: string },
  context: Pick<Context, "env" | "home">,
): Promise<string | undefined> {
  const path = userPaths(context).config
  const { manager, token } = await readUserConfig(path)
  if (manager === undefined || token === undefined || installationOfToken(token) !== installation) return undefined
  if (URL.parse(manager)?.hostname !== "127.0.0.1" || manager.replace(/\/+$/, "") === url) return undefined
  await writeUserConfig(path, { manager: url, token })
  return path
}

/** Whether another installation than the one of `own` gave a token, and the data directory that is noted for it is there. */
async function stillExists(token: string, own: string, context: Pick<Context, "env" | "home">): Promise<boolean> {
  const installation = installationOfToken(token)
  if (installation === undefined || installation === installationOfToken(own)) return false
  const { InstallationsFile } = await import("@alienplatform/manager")
  const directory = new InstallationsFile(userPaths(context).installations).directoryOf(installation)
  return directory !== undefined && existsSync(directory)
}
