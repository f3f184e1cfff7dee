import { randomUUID } from "node:crypto"
import { join, resolve } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { lockDataDirectory } from "@alienplatform/store"
import type { Logger } from "pino"
import { openArtifacts } from "../artifacts/artifacts.ts"
import { sweepArtifacts } from "../artifacts/sweep.ts"
import { Backups } from "../backup/backup.ts"
import { removeLeftDraft } from "../backup/draft-note.ts"
import { claimInstallation } from "../data-directory/claim.ts"
import { openDataDirectory } from "../data-directory/open.ts"
import { startPruning } from "../data-directory/prune.ts"
import { realDirectory } from "../data-directory/real-directory.ts"
import { listen } from "../http/listen.ts"
import { Planner } from "../planner/planner.ts"
import { type PlatformOptions, platformOpeners } from "../platforms/list.ts"
import { runsLocally } from "../platforms/local-machine.ts"
import { type CloseMode, type PlatformOpener, Platforms } from "../platforms/platforms.ts"
import { withManager } from "../platforms/with-manager.ts"
import { createApp } from "../routes/app.ts"
import { lookAtAll, lookOnStart } from "../runner/look-on-start.ts"
import { startRunner } from "../runner/runner.ts"
import { Watched } from "../runner/watched.ts"
import { createSealer } from "../secrets/seal.ts"
import { openSession } from "../tokens/session-token.ts"
import { ensureAdminToken } from "../tokens/stored-token.ts"
import { workloadTokens } from "../tokens/workload-token.ts"
import { createLogger } from "./logger.ts"

const DEFAULT_KEEP_RELEASES = 30

export interface ManagerOptions {
  /** Made when absent; one process at a time works in it. */
  dataDirectory: string
  /** Default 127.0.0.1. */
  host?: string
  /** 0 takes a free one. */
  port: number
  /** Where it is reached from elsewhere, TLS being the proxy's there; checked, without a trailing slash. Default: nowhere. */
  publicUrl?: string
  platformOptions: PlatformOptions
  /** `installations.json` of the user: keeps two copies of an installation from working at once. Default: none is kept. */
  installationsFile?: string
  /** Beside those of `platformOptions`, by name. */
  platforms?: Readonly<Record<string, PlatformOpener>>
  /** Opened and prepared while the rest starts; what fails there is told by the first run. */
  warm?: readonly string[]
  /** Hears the first admin's token, and where the manager is, before the token is good; a start that it fails makes none. */
  tellAdminToken?: (token: string, url: string) => Promise<void>
  /** Makes an admin's token of this process alone, and none for its data directory. */
  session?: boolean
  /** 32 bytes in base64 or hex. Default: ALIEN_ENCRYPTION_KEY, else the file `key` of the data directory. */
  encryptionKey?: string
  /** What becomes of workloads and gateway on this machine when the manager closes. Default: they go on. */
  onClose?: CloseMode
  /** So many of the newest releases of each stack and platform are kept, beside those in use. Default 30. */
  keepReleases?: number
  /** Default: JSON lines on standard error. */
  logger?: Logger
  clock?: Clock
}

export interface Manager {
  /** `http://127.0.0.1:7400` */
  url: string
  /** `ins_…` */
  installation: string
  /** Only on the first start of a data directory, and shown once; of a session on every start. */
  adminToken?: string
  /** Takes nothing new, lets requests and then the steps under way end, and gives the leases back. Twice is fine. */
  close(): Promise<void>
}

/**
 * Throws `data_directory_locked`, `data_directory_unsafe`, `database_missing`, `installation_mismatch`,
 * `installation_running`, `port_in_use`, `key_invalid`,
 * `key_missing`, `key_wrong`, and what the store throws; nothing is left open then.
 */
export async function startManager(options: ManagerOptions): Promise<Manager> {
  const { host = "127.0.0.1", port, clock = systemClock, logger = createLogger() } = options
  await using opened = new AsyncDisposableStack()

  const lock = await lockDataDirectory(resolve(options.dataDirectory))
  opened.defer(() => lock.release())
  const dataDirectory = await realDirectory(options.dataDirectory)
  const encryptionKey = options.encryptionKey ?? process.env.ALIEN_ENCRYPTION_KEY
  const data = await openDataDirectory({ directory: dataDirectory, encryptionKey, clock })
  const { store, installation, secretKey } = data
  opened.defer(() => store.close())
  const { installationsFile: file, platformOptions } = options
  if (file !== undefined) {
    const runs = (directory: string) => runsLocally(directory, platformOptions.local?.runtimeDirectory)
    await claimInstallation({ file, installation, dataDirectory, runs })
  }
  const artifacts = await openArtifacts(join(dataDirectory, "artifacts"))
  const server = { url: "" }
  const url = () => server.url
  const tokens = workloadTokens({ secretKey, installation })
  const openers = { ...platformOpeners(platformOptions, { dataDirectory, clock }), ...options.platforms }
  const platforms = new Platforms(withManager(openers, { url, publicUrl: options.publicUrl, tokens }))
  let ending: CloseMode = "keep"
  opened.defer(() =>
    platforms.close(ending, (platform, error) =>
      logger.error({ platform, err: error }, "a platform could not be closed"),
    ),
  )
  for (const name of options.warm ?? [])
    platforms.get(name).then(
      (open) => open.prepare?.().catch(() => undefined),
      () => undefined,
    )

  if (data.backup) {
    await lookAtAll(store, platforms, clock.now())
    await data.backup.settled()
  }

  const watched = new Watched()
  const shared = { store, platforms, clock, installation, secretKey, logger }
  const planner = new Planner(shared)
  opened.defer(() => planner.close())
  const left = await removeLeftDraft(dataDirectory)
  if (left !== undefined) logger.info({ directory: left }, "removed what a backup that was killed had left")
  const backups = new Backups({ dataDirectory, installation })
  opened.defer(() => backups.close())
  const session = options.session ? openSession(store, installation, clock.now()) : undefined
  const known = session?.store ?? store
  const sealer = createSealer(secretKey)
  const deps = {
    store: known,
    clock,
    platforms,
    artifacts,
    backups,
    planner,
    sealer,
    watched,
    workloadTokens: tokens,
    url: () => options.publicUrl ?? url(),
  }
  const app = createApp(deps, logger)
  const listening = await listen(app, { host, port })
  server.url = listening.url
  opened.defer(() => listening.close())

  const holder = `${process.pid}-${randomUUID()}`
  // Nobody else can be working, so leases that look alive are not.
  const ended = await store.endLeases(clock.now())
  if (ended > 0) logger.info({ deployments: ended }, "continuing what the process before left")
  await lookOnStart(store, platforms, clock.now()).catch((error: unknown) =>
    logger.error({ err: error }, "deployments could not be looked at on start; each is when it is due"),
  )
  const runner = startRunner({ ...shared, watched, holder })
  opened.defer(() => runner.close())
  const { keepReleases = DEFAULT_KEEP_RELEASES } = options
  const sweep = async () => {
    const swept = await sweepArtifacts({ store, artifacts, clock, keepReleases, paused: () => backups.isRunning })
    if (swept.releases + swept.artifacts > 0) logger.info(swept, "removed old releases, and artifacts that none needs")
    await platforms.sweep()
  }
  const pruning = startPruning({ store, clock, logger, sweep })
  opened.defer(() => pruning.stop())
  const tell = (token: string) => options.tellAdminToken?.(token, listening.url)
  const adminToken = session?.token ?? (await ensureAdminToken(store, clock.now(), tell))
  logger.info({ url: listening.url, dataDirectory }, "manager started")

  const all = opened.move()
  let closing: Promise<void> | undefined
  const close = async () => {
    ending = options.onClose ?? "keep"
    // Whoever waits for a backup is told that it ends, instead of losing the connection.
    await Promise.all([backups.close(), listening.close()])
    await all.disposeAsync()
  }
  return {
    url: listening.url,
    installation,
    ...(adminToken === undefined ? {} : { adminToken }),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
