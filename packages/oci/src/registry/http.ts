import { getCACertificates } from "node:tls"
import { Agent, type Dispatcher, request } from "undici"
import { problem } from "../oci-error.ts"
import { TransientFailure } from "./retry.ts"

export interface HttpRequest {
  method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT"
  url: URL
  headers: Record<string, string>
  body?: Uint8Array | AsyncIterable<Uint8Array>
  signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  status: number
  /** The header's value; several of one name are joined with a comma. */
  header(name: string): string | undefined
  /** Must be read or dropped. */
  body: Dispatcher.ResponseData["body"]
  url: URL
}

/** A registry that says nothing for this long has gone. */
const SILENCE_MS = 60_000
const CONNECT_MS = 15_000

/** Certificates are verified against those that Node trusts, and those in `certificateAuthority` (PEM). */
export const httpAgent = (certificateAuthority: string | undefined): Agent =>
  new Agent({
    connect: {
      timeout: CONNECT_MS,
      ...(certificateAuthority === undefined ? {} : { ca: [...getCACertificates(), certificateAuthority] }),
    },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  })

/**
 * Sends one request and follows no redirect.
 * @throws TransientFailure when the network fails
 */
export async function send(agent: Agent, { method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers,
      // An iterable is read once; a retry opens another.
      body: (body as Dispatcher.DispatchOptions["body"]) ?? null,
      ...(signal ? { signal } : {}),
    })
    return {
      status: answer.statusCode,
      header(name) {
        const value = answer.headers[name]
        return Array.isArray(value) ? value.join(", ") : value
      },
      body: answer.body,
      url,
    }
  } catch (error) {
    throw orTransient(error, url, signal)
  }
}

/** Codes of Node and undici for a network that failed, and could work again. */
const NETWORK =
  /^(?:ECONN\w+|E(?:NET|HOST)UNREACH|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|UND_ERR_(?:SOCKET|(?:CONNECT|HEADERS|BODY)_TIMEOUT))$/
/** Codes of OpenSSL and Node for a certificate that is not trusted. */
const CERTIFICATE = /^(?:CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_)/

/** The error of a request or of its body: transient where the network failed, a refusal of an untrusted certificate. */
export function orTransient(error: unknown, url: URL, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return error
  const code = codeOfCause(error)
  if (CERTIFICATE.test(code))
    return problem("registry_untrusted", {
      message: `the certificate of ${url.host} is not trusted: ${code}; name its authority`,
      hint: "NODE_EXTRA_CA_CERTS names a file with the certificate of a private authority",
      cause: error,
    })
  if (!NETWORK.test(code)) return error
  const lasting = problem("registry_unreachable", {
    message: `${url.host} does not answer: ${code}`,
    retryable: true,
    cause: error,
  })
  return new TransientFailure(lasting)
}

/** The code of an error, or of the first of several: a host has several addresses. */
export function codeOfCause(error: unknown): string {
  if (typeof error !== "object" || error === null) return ""
  if ("code" in error && typeof error.code === "string") return error.code
  if ("errors" in error && Array.isArray(error.errors)) return codeOfCause(error.errors[0])
  return "cause" in error ? codeOfCause(error.cause) : ""
}

/**
 * Reads a body that must not be longer.
 * @throws `image_invalid`
 */
export async function readLimited({ body, url }: Pick<HttpAnswer, "body" | "url">, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes)
      throw problem("image_invalid", {
        message: `${url.host} answers ${url.pathname} with more than ${maxBytes} bytes; nothing so large is read`,
      })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
