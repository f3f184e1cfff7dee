import { AlienError, problem } from "@alienplatform/core/error"
import { errorOf, hasShape, type Shape } from "./answer.ts"
import { refuseOtherInstallation } from "./other-installation.ts"
import { outcomeOf } from "./outcome.ts"
import { patienceOf } from "./patience.ts"
import { readLines } from "./read-lines.ts"
import { installationOfToken } from "./token-installation.ts"

export interface ClientOptions {
  /** The address of the manager, like `http://127.0.0.1:7400`. */
  url: string
  /** The bearer token; without one only the public routes answer. It is sent to the installation that gave it alone. */
  token?: string | undefined
  /** Default: the global one. */
  fetch?: typeof fetch
  /** How long a whole answer may take. Default 30,000; an upload gets ten times as long. */
  timeoutMs?: number
}

export interface Request<T> {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Starts with a slash; every variable in it is encoded. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  json?: unknown
  /** Sent as it is, instead of `json`. */
  bytes?: { stream: ReadableStream<Uint8Array> | Uint8Array; size: number }
  /** The members by which an answer of a manager is told from another server's. */
  answer: Shape<T>
  /** Default `application/json`. */
  accept?: string
  /** For an answer that is not one JSON document: the value that `answer` describes. Throws when it is none. */
  parse?: (text: string, headers: Headers) => unknown
  /** For an answer of several documents, one per line: hears each, and the last one is `{result}` or `{error}`. */
  onLine?: (value: unknown) => void
}

/** Older managers do not say of which installation they are. */
interface Health {
  status: string
  installation?: unknown
}

export type Send = <T>(request: Request<T>) => Promise<T>

/**
 * One request. Throws the manager's own error with its code; `manager_unreachable` (retryable) when no answer
 * came, `answer_invalid` when it was not one of a manager, `token_of_other_installation` before the token is sent.
 */
export function createSend(options: ClientOptions): Send {
  const { url, token, fetch: send = fetch, timeoutMs = 30_000 } = options
  const base = url.replace(/\/+$/, "")
  const expected = token === undefined ? undefined : installationOfToken(token)
  if (expected === undefined) return createPlainSend(base, options)
  const ask = createPlainSend(base, { url, fetch: send, timeoutMs })
  const askWithToken = createPlainSend(base, options)
  const check = async () => {
    const health = await ask<Health>({ path: "/health", answer: { status: "string" } })
    refuseOtherInstallation({ url: base, expected, observed: health.installation })
  }
  let checked: Promise<void> | undefined
  return async (request) => {
    checked ??= check().catch((error: unknown) => {
      checked = undefined
      throw error
    })
    await checked
    return askWithToken(request)
  }
}

function createPlainSend(base: string, { token, fetch: send = fetch, timeoutMs = 30_000 }: ClientOptions): Send {
  return async ({ method = "GET", path, query = {}, json, bytes, answer, accept, parse, onLine }) => {
    const target = new URL(base + path)
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) target.searchParams.set(key, String(value))
    const headers = new Headers({ accept: accept ?? "application/json" })
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
    if (json !== undefined) headers.set("content-type", "application/json")
    if (bytes) {
      headers.set("content-type", "application/gzip")
      headers.set("content-length", String(bytes.size))
    }

    using patience = patienceOf(bytes || onLine ? timeoutMs * 10 : timeoutMs)
    let status: number
    let text: string
    let head: Headers
    try {
      const response = await send(target, {
        method,
        headers,
        // A token would go along to wherever it leads.
        redirect: "manual",
        signal: patience.signal,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(bytes ? { body: bytes.stream, duplex: "half" } : {}),
      } as RequestInit)
      status = response.status
      head = response.headers
      text =
        onLine && response.ok && response.body
          ? await readLines(response.body, onLine, patience.renew)
          : await response.text()
    } catch (cause) {
      throw problem("manager_unreachable", {
        message: `the manager at ${base} gave no answer to ${method} ${path} (${reasonOf(cause)}); check that it runs and that the address is right`,
        cause,
      })
    }
    const succeeded = status >= 200 && status < 300
    const said = valueOrUndefined(() => (succeeded && parse ? parse(text, head) : JSON.parse(text)))
    const { value, error } = succeeded && onLine ? outcomeOf(said) : { value: said }
    if (error) throw new AlienError(error.code, error)
    if (succeeded) {
      if (hasShape(value, answer)) return value
      throw answerInvalid(
        base,
        method,
        path,
        status,
        `a JSON object with ${Object.keys(answer).join(", ")} was expected`,
      )
    }
    const refusal = errorOf(value)
    if (status >= 300 && status < 400)
      throw answerInvalid(base, method, path, status, redirectText(head.get("location"), base))
    if (!refusal) throw answerInvalid(base, method, path, status, "no error body")
    throw new AlienError(refusal.code, refusal)
  }
}

const answerInvalid = (base: string, method: string, path: string, status: number, why: string) =>
  problem("answer_invalid", {
    message: `${base} answered ${status} to ${method} ${path} with something that a manager does not say (${why}); check that the address is a manager's and the versions match`,
    retryable: status >= 502,
    context: { status },
  })

/** Where a redirect leads, without a path or anything else that may be secret. */
function redirectText(location: string | null, base: string): string {
  const origin = location === null ? undefined : URL.parse(location, base)?.origin
  return `a redirect${origin ? ` to ${origin}` : ""}, which is not followed with a token; name the manager's own address`
}

function valueOrUndefined(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** The innermost cause: fetch itself only says "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  return "code" in error && typeof error.code === "string" ? error.code : error.message || error.name
}
