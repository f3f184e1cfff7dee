import { problem } from "@alienplatform/core/error"
import { patienceOf } from "./patience.ts"
import { type Received, readAnswer } from "./read-answer.ts"
import { readLines } from "./read-lines.ts"
import type { Request, Send } from "./request.ts"

export interface SendOptions {
  /** The address of the manager, without a trailing slash. */
  base: string
  token: string | undefined
  fetch: typeof fetch
  timeoutMs: number
}

/**
 * Sends requests with the token to whoever answers there. Throws `manager_unreachable`, and what the reading of an answer
 * throws.
 */
export const sendWith =
  (options: SendOptions): Send =>
  async (request) =>
    readAnswer(options.base, request, await receive(options, request))

async function receive<T>({ base, token, fetch, timeoutMs }: SendOptions, request: Request<T>): Promise<Received> {
  const { method = "GET", path, json, bytes, onLine } = request
  using patience = patienceOf(bytes || onLine ? timeoutMs * 10 : timeoutMs)
  try {
    const response = await fetch(addressOf(base, request), {
      method,
      headers: headersOf(request, token),
      // A token would go along to wherever it leads.
      redirect: "manual",
      signal: patience.signal,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(bytes ? { body: bytes.stream, duplex: "half" } : {}),
    } as RequestInit)
    const { status, headers, ok, body } = response
    const text = onLine && ok && body ? await readLines(body, onLine, patience.renew) : await response.text()
    return { status, headers, text }
  } catch (cause) {
    throw problem("manager_unreachable", {
      message: `the manager at ${base} gave no answer to ${method} ${path} (${reasonOf(cause)}); check that it runs and that the address is right`,
      cause,
    })
  }
}

function addressOf<T>(base: string, { path, query = {} }: Request<T>): URL {
  const address = new URL(base + path)
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(key, String(value))
  return address
}

function headersOf<T>({ accept = "application/json", json, bytes }: Request<T>, token: string | undefined): Headers {
  const headers = new Headers({ accept })
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
  if (json !== undefined) headers.set("content-type", "application/json")
  if (bytes) {
    headers.set("content-type", "application/gzip")
    headers.set("content-length", String(bytes.size))
  }
  return headers
}

/** The innermost cause: fetch itself only says "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  return "code" in error && typeof error.code === "string" ? error.code : error.message || error.name
}
