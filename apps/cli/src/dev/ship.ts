import { createReadStream } from "node:fs"
import { Readable } from "node:stream"
import { isDeepStrictEqual } from "node:util"
import type { Client } from "@alienplatform/api/client"
import type { BuildResult } from "../build/build-artifacts.ts"
import { type Deployment, findDeployment } from "../manager/find-deployment.ts"

export interface Shipped {
  deployment: Deployment
  releaseId: string
  /** False where the same stack was installed already. */
  isNew: boolean
}

/**
 * Uploads what was built and has the manager install it. Nothing is planned or confirmed: it is the developer's own
 * machine.
 */
export class Shipper {
  readonly #client: Client
  readonly #deployment: string
  readonly #sent = new Set<string>()
  #last: { releaseId: string; stack: unknown } | undefined

  /** @param deployment its name */
  constructor(client: Client, deployment: string) {
    this.#client = client
    this.#deployment = deployment
  }

  /** Releases and installs a stack. @param again also where nothing changed */
  async ship({ stack, artifacts }: BuildResult, again: boolean): Promise<Shipped> {
    const client = this.#client
    const existing = await findDeployment(client, this.#deployment)
    this.#last ??= existing && (await this.#readInstalled(existing))
    const same =
      this.#last && isDeepStrictEqual(this.#last.stack, toPlainJson(stack)) ? this.#last.releaseId : undefined
    if (same !== undefined && existing && !again) return { deployment: existing, releaseId: same, isNew: false }

    const releaseId = same ?? (await this.#release(stack, artifacts))
    const deployment = existing
      ? await client.redeploy(existing.id, { releaseId, otherStack: true })
      : (await client.createDeployment({ name: this.#deployment, platform: "local", releaseId })).deployment
    return { deployment, releaseId, isNew: same === undefined }
  }

  /** Release of the previous run and its stack, so that an unchanged stack is not released again. */
  async #readInstalled(deployment: Deployment): Promise<{ releaseId: string; stack: unknown } | undefined> {
    const wanted = releaseOf(deployment)
    if (!wanted) return undefined
    const { id, stack } = await this.#client.release(wanted)
    return { releaseId: id, stack: stack.local }
  }

  async #release(stack: BuildResult["stack"], artifacts: BuildResult["artifacts"]): Promise<string> {
    for (const { sha256, file, size } of artifacts.filter((artifact) => !this.#sent.has(artifact.sha256))) {
      await this.#client.putArtifact(sha256, Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, size)
      this.#sent.add(sha256)
    }
    const { id } = await this.#client.createRelease({ projectId: "default", stack: { local: stack }, draft: true })
    this.#last = { releaseId: id, stack: toPlainJson(stack) }
    return id
  }
}

/** Id of the desired release; where the newest is followed, of the last one installed completely. */
export const releaseOf = ({ desiredReleaseId, currentReleaseId }: Deployment): string | undefined =>
  desiredReleaseId ?? currentReleaseId ?? undefined

/** A stack as the manager returns it, as plain JSON. */
const toPlainJson = (stack: unknown): unknown => JSON.parse(JSON.stringify(stack))
