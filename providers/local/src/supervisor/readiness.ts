/**
 * Does the app itself answer? Asked where it listens on loopback, before any route leads there. A declared probe wants 2xx or
 * 3xx; without one any HTTP answer will do. What speaks no HTTP has to accept a connection, what listens nowhere to live.
 */
import { defineGate, type ObjectStatus } from "@alienplatform/engine"
import type { LocalContext } from "../context.ts"
import { authority, type LoopbackAddress, type LoopbackPort, loopbackAddress } from "../loopback.ts"
import { askHttp, type HttpAnswer, inWords, isSuccess } from "./ask-http.ts"
import { accepts } from "./ports.ts"
import type { ProcessState } from "./protocol.ts"

export interface ReadinessProps {
  /** Of the process: where it listens. */
  ports: LoopbackPort[]
  /** Of the process: its key, to show its last lines. */
  object: string
  /** Default http. */
  by?: "http" | "connection" | "life" | undefined
  /** Index of the port that is asked. Default 0. */
  at?: number | undefined
  probe?: { method: string; path: string; timeoutSeconds?: number | undefined } | undefined
}

export type ReadinessAttributes = {
  /** Ready to be routed to. */
  ports: LoopbackPort[]
} & {
  /** Each of them by its index. */
  [port: `port${number}`]: LoopbackPort
}

const TIMEOUT_MS = 5000
/** A program that listens nowhere has to have run for so long. */
const ALIVE_MS = 1000

export const Readiness = defineGate<ReadinessProps, ReadinessAttributes, LocalContext>({
  type: "local.runtime.Readiness",
  reads: { first: 100, cap: 31_000 },
  permissions: { read: [] },

  async read({ props, local }) {
    const { ports, object, by = "http", at = 0 } = props
    const address = loopbackAddress(ports[at] ?? 0)
    const process = () => local.supervisor.get(object)
    const status =
      by === "life"
        ? judgeLife(await process(), local.clock.now())
        : by === "http"
          ? await askApp(props, address)
          : await connect(address)
    if (typeof status === "object" && "waiting" in status) {
      const lines = (await process())?.lastLines.slice(-5) ?? []
      if (lines.length > 0)
        status.waiting.message += `; last lines of the app:\n${lines.map((line) => `  ${line}`).join("\n")}`
    }
    const attributes = { ports, ...Object.fromEntries(ports.map((one, index) => [`port${index}` as const, one])) }
    return { id: ports.length === 0 ? object : authority(address), props, attributes, status }
  },
})

async function askApp({ probe }: ReadinessProps, address: LoopbackAddress): Promise<ObjectStatus> {
  const { method = "GET", path = "/", timeoutSeconds } = probe ?? {}
  const timeoutMs = timeoutSeconds === undefined ? TIMEOUT_MS : timeoutSeconds * 1000
  const answer: HttpAnswer | Error = await askHttp({ ...address, method, path, timeoutMs }).catch(
    (error: Error) => error,
  )
  if (!(answer instanceof Error) && (!probe || isSuccess(answer))) return "settled"
  const expected = probe ? "a status from 200 to 399" : "any HTTP answer"
  return waiting({
    message: `${method} http://${authority(address)}${path} ${inWords(answer)}, expected ${expected}`,
    expected,
    observed: answer instanceof Error ? answer.message : answer.status,
    fix: probe ? `make the app answer ${method} ${path} with 2xx or 3xx` : "make the app answer HTTP on its port",
  })
}

async function connect(address: LoopbackAddress): Promise<ObjectStatus> {
  if (await accepts(address)) return "settled"
  return waiting({
    message: `${authority(address)} accepts no connection`,
    expected: "a connection",
    observed: "none",
    fix: "make the app listen on its port",
  })
}

function judgeLife(process: ProcessState | undefined, now: number): ObjectStatus {
  if (process?.status === "running") return now - (process.startedAt ?? now) >= ALIVE_MS ? "settled" : "changing"
  return waiting({
    message: `the program does not run, it is ${process?.status ?? "not supervised"}`,
    expected: "running",
    observed: process?.status ?? "not supervised",
    fix: "make the app run until it is told to end",
  })
}

const waiting = (what: {
  message: string
  expected: string
  observed: string | number
  fix: string
}): ObjectStatus => ({
  waiting: { on: "gate", code: "probe_failed", ...what },
})
