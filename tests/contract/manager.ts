import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLogger, startManager } from "@alienplatform/manager"
import { platformInMemory } from "./platform.ts"
import { SteppedClock } from "./stepped-clock.ts"

export interface Exchange {
  method: string
  /** Path with its query. */
  path: string
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every route.
  body: any
}

export interface Asking {
  body?: unknown
  /** Media types that the client names. Default: any. */
  accept?: string
  /** Bearer token. Default: the admin's; null sends none. */
  token?: string | null
}

/** Between two looks at an answer. */
const LOOK_AGAIN_MS = 100

export interface ContractManager extends AsyncDisposable {
  /** Makes a request over HTTP; every exchange is recorded. */
  ask(method: string, path: string, asking?: Asking): Promise<Exchange>
  /** Repeats a GET, a step of the clock apart, until `good` accepts its body. */
  until(path: string, good: (body: Exchange["body"]) => boolean): Promise<Exchange>
  readonly exchanges: readonly Exchange[]
}

/** Starts a manager with its runner on a free port, whose platform `test` is a cloud in memory. */
export async function startContractManager(): Promise<ContractManager> {
  await using opened = new AsyncDisposableStack()
  const dataDirectory = await mkdtemp(join(tmpdir(), "alien-contract-"))
  opened.defer(() => rm(dataDirectory, { recursive: true, force: true }))
  const logger = createLogger()
  logger.level = "silent"
  const platforms = { test: platformInMemory }
  const clock = new SteppedClock(Date.UTC(2030, 0, 1))
  const manager = await startManager({ dataDirectory, port: 0, platformOptions: {}, platforms, logger, clock })
  opened.defer(() => manager.close())
  const exchanges: Exchange[] = []
  const all = opened.move()

  const ask: ContractManager["ask"] = async (method, path, { body, accept, token = manager.adminToken ?? "" } = {}) => {
    const response = await fetch(`${manager.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(accept === undefined ? {} : { accept }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const exchange = {
      method,
      path,
      status: response.status,
      body: response.status === 204 ? undefined : await response.json(),
    }
    exchanges.push(exchange)
    return exchange
  }
  return {
    ask,
    exchanges,
    async until(path, good) {
      for (;;) {
        const exchange = await ask("GET", path)
        if (good(exchange.body)) return exchange
        clock.step(LOOK_AGAIN_MS)
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
