import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { paintFor } from "../output/style.ts"
import { configurationOf, printable, type ServeConfiguration, type ServeOptions } from "../serve/configuration.ts"
import { dataDirectoryOfDev } from "../serve/data-directories.ts"
import { remember, rememberAddress } from "../serve/remember.ts"

export interface ServeCommandOptions extends CommonOptions, ServeOptions {
  printConfig?: boolean
}

/**
 * `alien serve`: runs a manager until Ctrl-C. What it deployed on this machine goes on without it.
 * `--json`: `{"event": "listening", url, publicUrl?, token?, savedTo?}`, at last `{"result": {url}}`.
 */
export const serve: Action<ServeCommandOptions> = (_, options, context) =>
  serveWith(
    async (configuration, tellAdminToken) =>
      (await import("../serve/start.ts")).start(configuration, tellAdminToken, context),
    options,
    context,
  )

/** A running manager. */
export interface RunningManager {
  url: string
  /** `ins_…` */
  installation: string
  close(): Promise<void>
}

/**
 * Starts a manager. On its first start it waits until its admin token has been told; before that the token is not
 * valid.
 */
type Start = (
  configuration: ServeConfiguration,
  tellAdminToken: (token: string, url: string) => Promise<void>,
) => Promise<RunningManager>

/** Runs `alien serve` with the given way to start a manager. */
export async function serveWith(start: Start, options: ServeCommandOptions, context: Context): Promise<number> {
  const configuration = await configurationOf(options, context)
  if (options.printConfig) {
    context.stdout.write(`${JSON.stringify(printable(configuration), null, options.json ? 0 : 2)}\n`)
    return EXIT.ok
  }
  const publicUrl = configuration.publicUrl.value
  const greet = (url: string, token?: string, savedTo?: string) =>
    context.stdout.write(
      options.json
        ? `${JSON.stringify({ event: "listening", url, publicUrl, token, savedTo })}\n`
        : `${greeting({ url, publicUrl, adminToken: token, savedTo, data: configuration.data.value }, context)}\n`,
    )
  let greeted = false
  const manager = await start(configuration, async (token, url) => {
    greet(url, token, await remember(url, token, context))
    greeted = true
  })
  const { url } = manager
  if (!greeted) greet(url, undefined, await rememberAddress(manager, context))
  const other = configuration.data.from === "default" ? dataDirectoryOfDev(context.cwd) : undefined
  if (other !== undefined)
    context.stderr.write(
      `There is an installation in ${other}, of \`alien dev\` or of an earlier version. It is not the one that was opened; that takes: alien serve --data ${other}\n`,
    )

  await untilAborted(context.interrupts.signal)
  await manager.close()
  if (options.json) context.stdout.write(`${JSON.stringify({ result: { url } })}\n`)
  else
    context.stdout.write(
      "\nThe manager has stopped. What it deployed on this machine goes on: same URLs, same ports.\n" +
        "`alien serve` takes it up again; `alien stop` ends it until then, and `alien destroy NAME` for good.\n",
    )
  return EXIT.ok
}

interface Started {
  url: string
  publicUrl: string | undefined
  adminToken: string | undefined
  savedTo: string | undefined
  data: string
}

function greeting({ url, publicUrl, adminToken, savedTo, data }: Started, { stdout, env }: Context): string {
  const paint = paintFor(stdout, env)
  const lines = [`${paint("green", "●")} manager at ${paint("bold", url)}`, `  data   ${data}`]
  if (publicUrl !== undefined)
    lines.push(`  public ${publicUrl}`, `         customers use it: alien login ${publicUrl}`)
  if (adminToken === undefined && savedTo !== undefined) lines.push(`  Its new address is saved to ${savedTo}.`)
  if (adminToken !== undefined) {
    lines.push(`  token  ${adminToken}  (shown this once)`)
    lines.push(
      savedTo === undefined
        ? "  Your commands use another manager; for this one set ALIEN_MANAGER_URL and ALIEN_TOKEN."
        : `  Saved to ${savedTo}, so your commands find it.`,
    )
  }
  return [
    ...lines,
    "",
    `${paint("dim", "Next:")} alien deploy NAME   ${paint("dim", "Ctrl-C stops the manager.")}`,
  ].join("\n")
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    // The listener alone keeps nothing alive; the manager's server does.
    signal.addEventListener("abort", () => resolve(), { once: true })
  })
