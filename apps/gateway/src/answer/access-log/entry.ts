/** One request that is over, or one connection of a TCP endpoint. */
export interface Access {
  endpoint: string
  /** `HTTP/1.1`, `HTTP/2`, the protocol that was upgraded to, or `tcp`. */
  protocol: string
  /** Absent for `tcp`. */
  method?: string
  /** Request target as the client sent it, without what follows `?` or `#`. Absent for `tcp`. */
  target?: string
  /** Sent to the client; 499 when it left before an answer, as nginx has it. Absent for `tcp`. */
  status?: number
  durationMs: number
  requestBytes: number
  responseBytes: number
  /** Port of the last process asked; absent when none was. */
  upstream?: number | undefined
  /** By its own account, or because nothing was sent over TCP, it is the manager's question whether the app answers. */
  probe?: boolean
  /** Who ended it before it was complete. */
  cut?: "client" | "upstream" | "gateway"
}

const MAX_PATH = 1024

/** A line of NDJSON with its line feed. Paths keep no query, which may carry secrets, and no control characters. */
export function accessLine(access: Access, time: Date): string {
  const { endpoint, protocol, target, status, requestBytes, responseBytes, upstream, cut, probe } = access
  const durationMs = Math.round(access.durationMs)
  const path = target === undefined ? undefined : printable(pathOf(target))
  const method = path === undefined ? undefined : printable(access.method ?? "")
  const shown = path === undefined ? "tcp" : `${method} ${path} ${status}`
  const remarks = [...(probe ? ["probe"] : []), ...(cut === undefined ? [] : [`cut by the ${cut}`])]
  const line = [`${shown} ${durationMs}ms`, ...remarks.map((remark) => `(${remark})`)].join(" ")
  return `${JSON.stringify({
    time: time.toISOString(),
    stream: "access",
    line,
    endpoint,
    method,
    path,
    status,
    durationMs,
    requestBytes,
    responseBytes,
    protocol,
    upstream,
    cut,
    probe: probe || undefined,
  })}\n`
}

function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  return end === -1 ? target : target.slice(0, end)
}

/** So that a line shown in a terminal controls nothing. */
function printable(text: string): string {
  const cut = text.length > MAX_PATH ? `${text.slice(0, MAX_PATH)}…` : text
  if (PLAIN.test(cut)) return cut
  return cut.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

const PLAIN = /^[ -~]*$/

const PROBE_AGENT = "alien-probe"

/** Is it the user agent of a probe? Anybody may say so. */
export const isProbeAgent = (userAgent: string | undefined): boolean => userAgent === PROBE_AGENT

/** Is it a probe, by its user agent? `headers`: names and values in turn. */
export function isProbe(headers: readonly string[]): boolean {
  for (let index = 0; index + 1 < headers.length; index += 2)
    if (headers[index]?.toLowerCase() === "user-agent") return isProbeAgent(headers[index + 1])
  return false
}
