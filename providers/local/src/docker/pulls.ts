import { createReadStream } from "node:fs"
import type { IncomingMessage } from "node:http"
import { codeOf, parseJson, problem } from "@alienplatform/core"
import { z } from "zod"
import type { Engine } from "./engine.ts"
import type { Environment } from "./find-engine.ts"
import { pullRequest } from "./pull-request.ts"

/** A failure that comes within this time is the answer to the call that began the pull. */
const FIRST_WORDS_MS = 2_500

/** A line of the engine's answer while it pulls or loads. */
const Line = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
})

/** An image on its way into the engine's store. */
export interface Pull {
  /** `45 of 120 MB`; empty while nothing is known. */
  progress: string
  ended: Promise<void>
}

export interface PullsOptions {
  env?: Environment
  /** Told when one ends, however it ends. */
  ended?: () => void
}

/** The pulls that are under way. The engine ends one when its caller goes, so it is our process that holds them. */
export class Pulls {
  readonly #running = new Map<string, Pull>()
  readonly #failed = new Map<string, unknown>()
  readonly #options: PullsOptions

  constructor(options: PullsOptions = {}) {
    this.#options = options
  }

  /** `key`: the reference, or the file. */
  running(key: string): Pull | undefined {
    return this.#running.get(key)
  }

  /**
   * Begins to pull a reference unless it is being pulled. Throws `image_unavailable` when it fails at once, or failed
   * since it was begun the last time.
   */
  pull(engine: Engine, reference: string): Promise<void> {
    return this.#begin(reference, async (pull) => {
      const response = await engine.open(await pullRequest(reference, this.#options.env))
      await follow(response, pull)
    })
  }

  /** The same for an archive of an image that lies in a file. */
  load(engine: Engine, file: string): Promise<void> {
    return this.#begin(file, async (pull) => {
      const response = await engine.open({
        method: "POST",
        path: "/images/load",
        upload: createReadStream(file),
        headers: { "content-type": "application/x-tar" },
      })
      await follow(response, pull)
    })
  }

  async #begin(key: string, work: (pull: Pull) => Promise<void>): Promise<void> {
    const failed = this.#failed.get(key)
    this.#failed.delete(key)
    if (failed !== undefined) throw failed
    if (this.#running.has(key)) return
    const pull: Pull = { progress: "", ended: Promise.resolve() }
    this.#running.set(key, pull)
    let waited = false
    pull.ended = work(pull)
      .catch((error) => {
        const known = unavailable(key, error)
        if (waited) this.#failed.set(key, known)
        else throw known
      })
      .finally(() => {
        this.#running.delete(key)
        if (waited) this.#options.ended?.()
      })
    const timer = Promise.withResolvers<void>()
    const timeout = setTimeout(timer.resolve, FIRST_WORDS_MS)
    await Promise.race([pull.ended, timer.promise]).finally(() => clearTimeout(timeout))
    waited = true
  }
}

const unavailable = (what: string, error: unknown) => {
  if (codeOf(error) === "image_unavailable") return error
  return problem("image_unavailable", {
    message: `image ${what} cannot be had: ${error instanceof Error ? error.message : String(error)}`,
    outcome: "refused",
    cause: error,
  })
}

/** Reads the answer to its end; throws what it says went wrong, which comes with status 200. */
async function follow(response: IncomingMessage, pull: Pull): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>()
  for await (const text of linesOf(response)) {
    const line = Line.safeParse(parseJson(text)).data
    if (line?.error) throw new Error(line.error.trim())
    const { current, total } = line?.progressDetail ?? {}
    if (line?.id === undefined || current === undefined || !total) continue
    layers.set(line.id, { current, total })
    pull.progress = progressOf([...layers.values()])
  }
}

/** In tens of a hundred: each change is written down. */
function progressOf(layers: readonly { current: number; total: number }[]): string {
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  const current = layers.reduce((sum, layer) => sum + layer.current, 0)
  return `${Math.floor((current / total) * 10) * 10} % of ${Math.ceil(total / 1e6)} MB`
}

/** Lines of a stream of text. */
export async function* linesOf(response: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ""
  const decoder = new TextDecoder()
  for await (const chunk of response) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    yield* lines.map((line) => line.trim()).filter((line) => line !== "")
  }
  if (rest.trim() !== "") yield rest.trim()
}
