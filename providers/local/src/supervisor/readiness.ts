/**
 * Does the app itself answer? Asked on its loopback port, before any route leads there. A declared readiness probe
 * wants 2xx or 3xx; without one any HTTP answer will do.
 */
import { request } from "node:http"
import { defineGate, type ObjectStatus } from "@alienplatform/engine"
import type { LocalContext } from "../context.ts"

export interface ReadinessProps {
  /** Of the process: its ports; the first one is asked. */
  ports: number[]
  /** Of the process: its key, to show its last lines. */
  object: string
  probe?: { method: string; path: string } | undefined
}

export interface ReadinessAttributes {
  /** Ready to be routed to. */
  ports: number[]
}

const TIMEOUT_MS = 5000
const BODY_START = 500

interface ProbeAnswer {
  status: number
  body: string
}

export const Readiness = defineGate<ReadinessProps, ReadinessAttributes, LocalContext>({
  type: "local.runtime.Readiness",
  reads: { first: 100, cap: 5000 },
  permissions: { read: [] },

  async read({ props, local }) {
    const [port = 0] = props.ports
    const answer = await ask(port, props.probe).catch((error: Error) => error)
    const status = judge(answer, props, port)
    if (typeof status === "object" && "waiting" in status) {
      const process = await local.supervisor.get(props.object)
      const lines = process?.lastLines.slice(-5) ?? []
      if (lines.length > 0)
        status.waiting.message += `; last lines of the app:\n${lines.map((line) => `  ${line}`).join("\n")}`
    }
    return { id: `127.0.0.1:${port}`, props, attributes: { ports: props.ports }, status }
  },
})

function judge(answer: ProbeAnswer | Error, { probe }: ReadinessProps, port: number): ObjectStatus {
  const { method, path } = probe ?? { method: "GET", path: "/" }
  const expected = probe ? "a status from 200 to 399" : "any HTTP answer"
  const waiting = (what: string, observed: string | number): ObjectStatus => ({
    waiting: {
      on: "gate",
      code: "probe_failed",
      message: `${method} http://127.0.0.1:${port}${path} ${what}, expected ${expected}`,
      expected,
      observed,
      fix: probe ? `make the app answer ${method} ${path} with 2xx or 3xx` : "make the app answer HTTP on its port",
    },
  })
  if (answer instanceof Error) return waiting(`got no answer (${answer.message})`, answer.message)
  if (!probe || (answer.status >= 200 && answer.status < 400)) return "settled"
  return waiting(`answered ${answer.status}${answer.body && `: ${answer.body}`}`, answer.status)
}

const ask = (port: number, { method, path }: { method: string; path: string } = { method: "GET", path: "/" }) =>
  new Promise<ProbeAnswer>((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const headers = { "user-agent": "alien-readiness" }
    const call = request({ host: "127.0.0.1", port, method, path, headers, signal, agent: false }, (response) => {
      let body = ""
      const finish = () => {
        call.destroy()
        resolve({ status: response.statusCode ?? 0, body: body.slice(0, BODY_START) })
      }
      response.setEncoding("utf8")
      // A body without end (a stream) must not hold the probe: the start of it is enough.
      response.on("data", (chunk: string) => {
        body += chunk
        if (body.length >= BODY_START) finish()
      })
      response.once("end", finish)
      response.once("error", finish)
      if ((response.statusCode ?? 0) < 400) finish()
    })
    call.once("error", (error) =>
      reject(signal.aborted ? new Error(`nothing within ${TIMEOUT_MS / 1000} s`, { cause: error }) : error),
    )
    call.end()
  })
