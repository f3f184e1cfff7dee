import { request } from "node:http"
import { parseJson } from "@alienplatform/core"
import type { z } from "zod"
import { refused, unanswered, unexpected } from "./errors.ts"

const TIMEOUT_MS = 10_000
const MAX_ANSWER = 16 * 1024 * 1024

export interface UnixCall<T> {
  socketPath: string
  /** Named in errors: "the supervisor". */
  peer: string
  method: "GET" | "PUT" | "POST" | "DELETE"
  path: string
  body?: unknown
  answer: z.ZodType<T>
}

/** One HTTP call with JSON over a Unix socket. Throws `unavailable`, `protocol_mismatch` or the code of the answer. */
export async function unixCall<T>({ socketPath, peer, method, path, body, answer }: UnixCall<T>): Promise<T> {
  const call = `${method} ${path}`
  const { status, text } = await exchange(socketPath, method, path, body).catch((error) => {
    throw unanswered(peer, call, error)
  })
  const json = parseJson(text)
  if (status < 200 || status > 299) throw refused(peer, call, status, json)
  const parsed = answer.safeParse(json)
  if (!parsed.success) throw unexpected(peer, call, parsed.error)
  return parsed.data
}

const exchange = (socketPath: string, method: string, path: string, body: unknown) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const headers = body === undefined ? {} : { "content-type": "application/json" }
    const call = request({ socketPath, method, path, headers, signal, agent: false }, async (response) => {
      try {
        const chunks: Buffer[] = []
        let size = 0
        for await (const chunk of response) {
          size += chunk.length
          if (size > MAX_ANSWER) throw new Error(`answer longer than ${MAX_ANSWER} bytes`)
          chunks.push(chunk)
        }
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") })
      } catch (error) {
        reject(error)
      }
    })
    call.once("error", reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
