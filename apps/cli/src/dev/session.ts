import { dirname, relative } from "node:path"
import type { Client } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { findDeployment } from "../manager/find-deployment.ts"
import { errorJson } from "../output/failure.ts"
import { type BuildRequest, BuildRequests } from "./build-requests.ts"
import type { Tell } from "./event.ts"
import { followLogs } from "./follow-logs.ts"
import { followState, type Wanted } from "./follow-state.ts"
import type { Built, IncrementalBuilder } from "./incremental-builder.ts"
import { keepOutOfGit } from "./keep-out-of-git.ts"
import { releaseOf, Shipper } from "./ship.ts"
import { type SourceWatch, watchSources } from "./watch-sources.ts"

export interface SessionOptions {
  client: Client
  /** Name of the deployment. */
  deployment: string
  builder: IncrementalBuilder
  /** Path of the stack's file. */
  stack: string
  /** Folder of the stack's file. */
  folder: string
  context: Context
  signal: AbortSignal
  /** When the session began, ms since the epoch: newer files have changed since. */
  began: number
  access: boolean
}

/** Builds, installs and watches a stack, again and again, until its signal is aborted. */
export class DevSession {
  readonly #options: SessionOptions
  readonly #requests = new BuildRequests()
  readonly #shipper: Shipper
  #wanted: Wanted | undefined
  #following: Promise<unknown> = Promise.resolve()
  #watch: SourceWatch | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#shipper = new Shipper(options.client, options.deployment)
  }

  rebuild(): void {
    this.#requests.all()
  }

  /** Opens the first URL in the browser. */
  async open(tell: Tell): Promise<void> {
    const { client, context } = this.#options
    const info = this.#wanted && (await client.info(this.#wanted.shipped.deployment.id).catch(() => undefined))
    const url = info && endpointsOf(info).find(({ protocol, url }) => protocol === "http" && url)?.url
    if (!url) tell({ event: "note", text: "there is no URL to open yet" })
    else if (!(await context.openUrl(url))) tell({ event: "note", text: `no browser can be opened here: ${url}` })
  }

  /** Runs the session. @param first the build that was already started */
  async run(first: Promise<Built>, tell: Tell): Promise<void> {
    const { signal, began, builder, context } = this.#options
    let building = first
    let since = began
    let everything = false
    try {
      await this.#resumePrevious(tell)
      for (;;) {
        await this.#install(building, { since, everything }, tell)
        await this.#watchAll(tell)
        const request = await this.#requests.next(signal)
        if (!request) return
        since = context.now()
        everything = request.everything
        tell({ event: "building", changed: this.#changedNames(request) })
        // The change that mends it ends a stack's file that never ends, and a build that takes long.
        const overtaken = AbortSignal.any([signal, this.#requests.overtaken])
        building = builder.build(request.everything ? "everything" : request.changed, overtaken)
      }
    } finally {
      await this.#watch?.close()
      await this.#following
    }
  }

  /** Starts what an earlier run left, while the first build is under way. */
  async #resumePrevious(tell: Tell): Promise<void> {
    const { client, began, deployment: name } = this.#options
    const existing = await findDeployment(client, name)
    const releaseId = existing && releaseOf(existing)
    if (!existing || !releaseId) return
    // What is stored of its endpoints was true when they were stopped: only a new look says how they are.
    const deployment = await client.redeploy(existing.id, { releaseId }).catch(() => existing)
    this.#wanted = { shipped: { deployment, releaseId, isNew: false }, since: began }
    this.#follow(this.#wanted, deployment.generation, tell)
  }

  async #install(building: Promise<Built>, turn: { since: number; everything: boolean }, tell: Tell): Promise<void> {
    const { signal } = this.#options
    const built = await building.catch((error: unknown) => {
      if (signal.aborted || codeOf(error) === "interrupted") return
      tell({ event: "failed", what: "build", error: errorJson(error) })
    })
    if (!built) return
    await using result = built.result
    tell({ event: "built", resources: built.resources, ms: built.tookMs })
    try {
      const shipped = await this.#shipper.ship(result, turn.everything)
      const before = this.#wanted
      if (before && !shipped.isNew && !turn.everything) return tell({ event: "unchanged" })
      this.#wanted = { shipped, since: turn.since }
      tell({ event: "release", releaseId: shipped.releaseId })
      if (!before) this.#follow(this.#wanted, 0, tell)
    } catch (error) {
      if (!signal.aborted) tell({ event: "failed", what: "release", error: errorJson(error) })
    }
  }

  /** Follows state and logs. @param from the first generation of which the stored state is valid */
  #follow(first: Wanted, from: number, tell: Tell): void {
    const { client, context, signal, access } = this.#options
    const { observedGeneration } = first.shipped.deployment
    const deployment = () => (this.#wanted ?? first).shipped.deployment.id
    const logs = { deployment, access, onlyNew: observedGeneration > 0 }
    this.#following = Promise.all([
      followState(client, { wanted: () => this.#wanted ?? first, from }, tell, context, signal),
      followLogs(client, logs, tell, context, signal),
    ])
  }

  /** Watches the sources; started after the first installation, so that it does not slow that down. */
  async #watchAll(tell: Tell): Promise<void> {
    const { builder, folder, stack, began } = this.#options
    if (this.#watch) return this.#watch.follow(builder.inputs)
    const told = await keepOutOfGit(folder, ".alien").catch(() => undefined)
    if (told) tell({ event: "note", text: told })
    this.#watch = await watchSources({
      folders: [dirname(stack)],
      files: builder.inputs,
      since: began,
      changed: (paths) => this.#requests.change([...paths].filter((path) => builder.concerns(path))),
    })
    tell({ event: "watching" })
  }

  #changedNames({ changed, everything }: BuildRequest): string[] {
    return everything ? [] : [...changed].map((path) => relative(this.#options.folder, path))
  }
}
