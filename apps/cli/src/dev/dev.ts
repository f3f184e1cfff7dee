import { dirname, join, resolve } from "node:path"
import { createClient } from "@alienplatform/api/client"
import { codeOf, problem } from "@alienplatform/core/error"
import { findStackFile } from "../build/stack-file.ts"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { readDevFile } from "../manager/dev-file.ts"
import { allDeployments } from "../manager/find-deployment.ts"
import { userPaths } from "../user-paths.ts"
import { devDeploymentName } from "./deployment-name.ts"
import { type Built, IncrementalBuilder } from "./incremental-builder.ts"
import { openScreen } from "./screen.ts"
import { DevSession } from "./session.ts"
import { type DevManager, startDevManager } from "./start-manager.ts"
import { processTerminal, type Terminal } from "./terminal.ts"
import { removeDevFile, writeDevFile } from "./write-dev-file.ts"

export interface DevOptions extends CommonOptions {
  stack?: string
  access?: boolean
}

const DATA = ".alien"

/**
 * `alien dev`: builds, installs and watches one stack on this machine until Ctrl-C.
 * `--json`: events, one per line, at last `{"result": {url, data}}`.
 */
export const dev: Action<DevOptions> = (_, options, context) =>
  devWith(startDevManager, processTerminal(), options, context)

/** Runs `alien dev` with the given way to start a manager and the given terminal. */
export async function devWith(
  start: (dataDirectory: string, context: Context) => Promise<DevManager>,
  terminal: Terminal | undefined,
  options: DevOptions,
  context: Context,
): Promise<number> {
  const began = context.now()
  const stack = await findStackFile(resolve(context.cwd, options.stack ?? "."))
  const folder = dirname(stack)
  const data = join(folder, DATA)
  await refuseSecond(folder)
  const quit = new AbortController()
  const signal = AbortSignal.any([context.interrupts.signal, quit.signal])

  const builder = new IncrementalBuilder(stack, (progress) => {
    if (!("detail" in progress)) return
    const { resource, detail, share } = progress
    screen.tell({ event: "progress", resource, detail, share })
  })
  const building = builder.build("everything", signal)
  building.catch(() => undefined)
  let session: DevSession | undefined
  const screen = openScreen(
    { terminal, json: options.json === true, context },
    {
      quit: () => quit.abort(),
      open: () => void session?.open(screen.tell),
      rebuild: () => session?.rebuild(),
    },
  )
  let manager: DevManager | undefined
  try {
    // The manager's modules take as long to load as the stack takes to run, and nothing else happens meanwhile.
    await builder.running
    manager = await waitForManager(start(data, context), building, data)
    const { url, token } = manager
    const client = createClient({ url, token, fetch: fetchUntil(signal, context) })
    const existing = async () => (await allDeployments(client)).map(({ name }) => name)
    const claims = userPaths(context).devNames
    const deployment = await devDeploymentName({ folder, data, claims, existing })
    await writeDevFile(folder, { url, token, pid: process.pid, deployment })
    screen.tell({ event: "listening", url, stack, data, deployment })
    const access = options.access === true
    session = new DevSession({ client, deployment, builder, stack, folder, context, signal, began, access })
    await session.run(building, screen.tell)
  } finally {
    if (manager) screen.tell({ event: "stopping" })
    screen.end()
    if (manager) await removeDevFile(folder)
    await manager?.close()
  }
  if (options.json) context.stdout.write(`${JSON.stringify({ result: { url: manager.url, data } })}\n`)
  else
    context.stdout.write(
      `Stopped: nothing of it runs any more. The next alien dev has the same URLs.\nKept in ${data}: releases, logs and settings; remove that folder to forget them.\n`,
    )
  return EXIT.ok
}

/**
 * Waits for the manager. Throws `dev_running` where another one uses the data directory, after disposing what was built
 * meanwhile.
 */
async function waitForManager(
  starting: Promise<DevManager>,
  building: Promise<Built>,
  data: string,
): Promise<DevManager> {
  try {
    return await starting
  } catch (error) {
    await building.then(
      ({ result }) => result[Symbol.asyncDispose](),
      () => undefined,
    )
    if (codeOf(error) !== "data_directory_locked") throw error
    throw problem("dev_running", {
      message: error instanceof Error ? error.message : `another manager works in ${data}`,
      hint: "end that alien serve or alien dev first: one manager at a time works in a data directory",
      cause: error,
    })
  }
}

const fetchUntil =
  (signal: AbortSignal, context: Context): typeof fetch =>
  (input, init) =>
    context.fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal })

async function refuseSecond(folder: string): Promise<void> {
  const other = await readDevFile(folder)
  if (!other) return
  throw problem("dev_running", {
    message: `alien dev runs in ${folder} already: process ${other.pid}, its manager is ${other.url}`,
    hint: `use it from here (alien info), or end it with Ctrl-C or: kill ${other.pid}`,
    context: { pid: other.pid, url: other.url },
  })
}
