import { request } from "node:http"
import type { LoopbackHost } from "../loopback.ts"

export interface HttpQuestion {
  host: LoopbackHost
  port: number
  method: string
  path: string
  /** For the whole answer. */
  timeoutMs: number
}

export interface HttpAnswer {
  status: number
  /** At most its first 500 characters; empty for a status under 400. */
  body: string
}

const BODY_START = 500

/** Asks a workload itself, not through the gateway. Rejects when there is no answer in time. */
export const askHttp = ({ host, port, method, path, timeoutMs }: HttpQuestion): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const headers = { "user-agent": "alien-readiness" }
    const call = request({ host, port, method, path, headers, signal, agent: false }, (response) => {
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
      reject(signal.aborted ? new Error(`nothing within ${timeoutMs / 1000} s`, { cause: error }) : error),
    )
    call.end()
  })

/** 2xx or 3xx. */
export const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 400

/** For people: `answered 500: no database`. */
export const inWords = (answer: HttpAnswer | Error): string =>
  answer instanceof Error
    ? `got no answer (${answer.message})`
    : `answered ${answer.status}${answer.body && `: ${answer.body}`}`
