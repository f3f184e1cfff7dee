import type { IncomingMessage } from "node:http"
import { request } from "node:https"
import { isIP } from "node:net"
import { connect as connectTls, type TLSSocket } from "node:tls"
import type { CertificateReport } from "@alienplatform/core"
import type { Platform } from "@alienplatform/engine"
import { isForbiddenAddress } from "./address.ts"
import { checkedLookup } from "./lookup.ts"
import { certificateOf } from "./probe-certificate.ts"
import type { ProbeRequest } from "./probe-request.ts"
import type { ProbePhase, ProbeResult } from "./probe-result.ts"
import { probeTcp } from "./probe-tcp.ts"
import { secureContextFor } from "./secure-context.ts"
import { NO_ROUTE, systemError } from "./system-error.ts"
import { urlAuthority } from "./url.ts"

interface Limits {
  /** For the whole probe. */
  timeoutMs: number
  isFrontAnswer: Platform["isFrontAnswer"]
  /** Gives up early; the result is then `given_up` and says nothing. */
  signal?: AbortSignal
}

type Keyless<R> = R extends unknown ? Omit<R, "key"> : never
export type ProbeOptions = Keyless<ProbeRequest> & Limits
export type HttpProbeOptions = Exclude<ProbeOptions, { kind: "tcp" }>

/** As much of an answer is looked at. */
const MAX_BODY_BYTES = 64 * 1024

const TIMED_OUT = "no answer within"

/**
 * Asks the app through its final host name, over a connection made straight to `connect.address`: no resolver and no
 * redirect decides where it goes. The certificate is verified for the host against the system's roots and the given
 * authority. `connect.address` must be one that our own objects reported; metadata and link-local addresses are
 * refused all the same. Never rejects.
 */
export async function probeHost(options: ProbeOptions): Promise<ProbeResult> {
  const { address } = options.connect
  if (isIP(address) !== 0 && isForbiddenAddress(address)) return refuseAddress(options, address)
  if (options.kind === "tcp") return probeTcp(options)
  const progress: { phase: ProbePhase } = { phase: "connect" }
  try {
    const answer = await ask(options, (phase) => {
      progress.phase = phase
    })
    return judgeAnswer(answer, options)
  } catch (error) {
    if (options.signal?.aborted) return { outcome: "given_up" }
    return describeFailure(error, progress.phase, options)
  }
}

interface ProbeAnswer {
  status: number
  headers: Record<string, string>
  body: string
  certificate: CertificateReport | null
}

function ask(options: HttpProbeOptions, enter: (phase: ProbePhase) => void): Promise<ProbeAnswer> {
  const { host, port, connect, method, path, certificateAuthority, timeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    let socket: TLSSocket | undefined
    let answer: IncomingMessage | undefined
    const chunks: Buffer[] = []
    let size = 0
    const call = request({
      method,
      path,
      headers: { host: urlAuthority(host, port), accept: "*/*", "user-agent": "alien-probe", connection: "close" },
      createConnection: () =>
        connectTls({
          host: connect.address,
          port: connect.port,
          servername: host,
          lookup: checkedLookup,
          secureContext: secureContextFor(certificateAuthority),
          ALPNProtocols: ["http/1.1"],
          rejectUnauthorized: true,
        }),
    })
    const finish = (error?: Error) => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", abort)
      // An answer that has begun is an answer: streams need not end.
      if (answer) resolve(readAnswer(answer, Buffer.concat(chunks), certificateOf(socket)))
      else reject(error ?? new Error("the connection was closed before an answer"))
      call.destroy()
    }
    const timer = setTimeout(() => finish(new Error(`${TIMED_OUT} ${timeoutMs} ms`)), timeoutMs)
    const abort = () => finish(new Error("the probe was given up"))
    signal?.addEventListener("abort", abort, { once: true })
    call.on("socket", (connection) => {
      socket = connection as TLSSocket
      socket.once("connect", () => enter("handshake"))
      socket.once("secureConnect", () => enter("answer"))
    })
    call.on("error", finish)
    call.on("close", () => finish())
    call.on("upgrade", (response, upgraded) => {
      answer = response
      upgraded.destroy()
      finish()
    })
    call.on("response", (response) => {
      answer = response
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, MAX_BODY_BYTES - size))
        size += chunk.length
        if (size >= MAX_BODY_BYTES) finish()
      })
      response.on("end", () => finish())
      response.on("error", () => finish())
    })
    if (signal?.aborted) abort()
    else call.end()
  })
}

function readAnswer(answer: IncomingMessage, body: Buffer, certificate: CertificateReport | null): ProbeAnswer {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : `${value}`]),
  )
  return { status: answer.statusCode ?? 0, headers, body: body.toString("utf8"), certificate }
}

function judgeAnswer(answer: ProbeAnswer, { method, path, expect, isFrontAnswer }: HttpProbeOptions): ProbeResult {
  const { status, certificate } = answer
  const observed = `status ${status}`
  if (isFrontAnswer(answer))
    return {
      outcome: "failed",
      code: "probe_failed",
      message: `${method} ${path} was answered with ${observed} by what is in front of the app, not by the app`,
      expected: "an answer of the app",
      observed: `${observed} of the front`,
      phase: "answer",
    }
  if (expect === "success" && (status < 200 || status > 399))
    return {
      outcome: "failed",
      code: "probe_failed",
      message: `the app answered the readiness probe ${method} ${path} with ${observed}`,
      expected: "status 200 to 399",
      observed,
      phase: "answer",
    }
  return { outcome: "ok", status, certificate }
}

function describeFailure(error: unknown, phase: ProbePhase, options: HttpProbeOptions): ProbeResult {
  const { host, connect } = options
  const { code, message } = systemError(error)
  const to = `${connect.address} port ${connect.port}`
  if (code === "probe_not_possible_from_here") return refuseAddress(options, message)
  if (phase === "connect" && NO_ROUTE.has(code))
    return {
      outcome: "not_possible",
      code: "probe_not_possible_from_here",
      message: `this machine has no route to ${to}, so ${host} cannot be asked from here`,
      observed: code,
    }
  if (phase === "handshake" && !message.startsWith(TIMED_OUT))
    return {
      outcome: "failed",
      code: "tls_invalid",
      message: `${to} did not prove to be ${host}: ${message}`,
      expected: `a valid certificate for ${host}`,
      observed: code || message,
      phase,
    }
  const step = { connect: "connecting", handshake: "the TLS handshake", answer: "waiting for the answer" }[phase]
  return {
    outcome: "failed",
    code: "probe_failed",
    message: `asking ${host} at ${to} failed while ${step}: ${message}`,
    observed: code || message,
    phase,
  }
}

const refuseAddress = ({ host }: Pick<ProbeOptions, "host">, address: string): ProbeResult => ({
  outcome: "not_possible",
  code: "probe_not_possible_from_here",
  message: `${host} is not asked: ${address} is a link-local, metadata or otherwise special address`,
  observed: address,
})
