import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { lockDataDirectory, openSqliteStore } from "@alienplatform/store"
import type { Logger } from "pino"
import { createApp } from "./app.ts"
import { openArtifacts } from "./artifacts.ts"
import { listen } from "./http/listen.ts"
import { ensureAdminToken } from "./http/token.ts"
import { createLogger } from "./logger.ts"
import { Planner } from "./planner.ts"
import { type PlatformOptions, platformOpeners } from "./platforms/list.ts"
import { type PlatformOpener, Platforms } from "./platforms/platforms.ts"
import { startPruning } from "./prune-events.ts"
import { lookOnStart } from "./runner/look-on-start.ts"
import { takeOver } from "./runner/recover.ts"
import { startRunner } from "./runner/runner.ts"
import { openSecretKey } from "./secret-key.ts"
import { Watched } from "./watched.ts"

export interface ManagerOptions {
  /** Made when absent; one process at a time works in it. */
  dataDirectory: string
  /** Default 127.0.0.1. */
  host?: string
  /** 0 takes a free one. */
  port: number
  platformOptions: PlatformOptions
  /** Beside those of `platformOptions`, by name. */
  platforms?: Readonly<Record<string, PlatformOpener>>
  /** 32 bytes in base64 or hex. Default: ALIEN_ENCRYPTION_KEY, else the file `key` of the data directory. */
  encryptionKey?: string
  /** Default: JSON lines on standard error. */
  logger?: Logger
  clock?: Clock
}

export interface Manager {
  /** `http://127.0.0.1:7400` */
  url: string
  /** Only on the first start of a data directory; shown once. */
  adminToken?: string
  /** Takes nothing new, lets the step under way end, gives the leases back. Workloads stay. */
  close(): Promise<void>
}

/** Throws `data_directory_locked`, `port_in_use`, `key_invalid`, `key_missing`, and what the store throws; nothing is left open then. */
export async function startManager(options: ManagerOptions): Promise<Manager> {
  const { host = "127.0.0.1", port, clock = systemClock, logger = createLogger() } = options
  const dataDirectory = resolve(options.dataDirectory)
  await using opened = new AsyncDisposableStack()

  const lock = await lockDataDirectory(dataDirectory)
  opened.defer(() => lock.release())
  const database = join(dataDirectory, "manager.db")
  const given = options.encryptionKey ?? process.env.ALIEN_ENCRYPTION_KEY
  const key = () => openSecretKey({ file: join(dataDirectory, "key"), given, database })
  // A new key comes before its database, so that a crash leaves none without; of an old database damage is told first.
  const made = existsSync(database) ? undefined : await key()
  const store = await openSqliteStore({ file: database, clock })
  opened.defer(() => store.close())
  const secretKey = made ?? (await key())
  const artifacts = await openArtifacts(join(dataDirectory, "artifacts"))
  const { id: installation } = await store.installation()
  const platforms = new Platforms({
    ...platformOpeners(options.platformOptions, { dataDirectory, clock }),
    ...options.platforms,
  })
  opened.defer(() => platforms.close())

  const watched = new Watched()
  const shared = { store, platforms, clock, installation, secretKey, logger }
  const planner = new Planner(shared)
  opened.defer(() => planner.close())
  const server = { url: "" }
  const app = createApp({ store, clock, platforms, artifacts, planner, watched, url: () => server.url }, logger)
  const listening = await listen(app, { host, port })
  server.url = listening.url
  opened.defer(() => listening.close())

  const holder = `${process.pid}-${randomUUID()}`
  const left = await takeOver(store, holder, clock)
  if (left > 0) logger.info({ deployments: left }, "continuing what the process before left")
  await lookOnStart(store, platforms, clock.now()).catch((error: unknown) =>
    logger.error({ err: error }, "deployments could not be looked at on start; each is when it is due"),
  )
  const runner = startRunner({ ...shared, watched, holder })
  opened.defer(() => runner.close())
  const pruning = startPruning({ store, clock, logger })
  opened.defer(() => pruning.stop())
  const adminToken = await ensureAdminToken(store, clock.now())
  logger.info({ url: listening.url, dataDirectory }, "manager started")

  const all = opened.move()
  return { url: listening.url, ...(adminToken === undefined ? {} : { adminToken }), close: () => all.disposeAsync() }
}
