import { connect, type Socket } from "node:net"
import { connect as connectTls, type TLSSocket } from "node:tls"

/** What a crowd comes to. */
export interface CrowdTarget {
  host: string
  /** On 127.0.0.1. */
  port: number
  /** PEM; what the certificate has to be signed by. */
  authority: string
}

type Open = (target: CrowdTarget) => Promise<Socket>

/** Ways to keep a connection without asking for anything. */
export const IDLE: Readonly<Record<string, Open>> = {
  "bare TCP": bare,
  "half a ClientHello": async (target) => written(await bare(target), Buffer.from([22, 3, 1, 0, 200, 1])),
  "TLS without a request": (target) => encrypted(target, "http/1.1"),
  "half a request head": async (target) => written(await encrypted(target, "http/1.1"), headOf(target).subarray(0, -2)),
  "after an answer": async (target) => answered(written(await encrypted(target, "http/1.1"), headOf(target))),
  "HTTP/2 without a request": async (target) => answered(written(await encrypted(target, "h2"), PREFACE)),
  "HTTP/2 with pings": async (target) => {
    const socket = await answered(written(await encrypted(target, "h2"), PREFACE))
    const pings = setInterval(() => socket.write(frame({ type: PING, payload: Buffer.alloc(8) })), 1_000)
    return socket.once("close", () => clearInterval(pings))
  },
}

/** Ways to take requests back: how many ms pass before they are. */
export const RESETS: Readonly<Record<string, number | undefined>> = {
  "requests reset at once": undefined,
  "requests reset 2 ms later": 2,
}

/** Asks and takes back so many times, on as many connections as it takes. */
export async function reset(target: CrowdTarget, times: number, afterMs: number | undefined): Promise<void> {
  for (let left = times; left > 0; ) {
    const socket = written(await encrypted(target, "h2"), PREFACE)
    let sentAway = false
    socket.on("data", (chunk: Buffer) => {
      sentAway ||= chunk.readUInt8(3) === GOAWAY
    })
    socket.once("close", () => {
      sentAway = true
    })
    for (let stream = 1; left > 0 && !sentAway; ) {
      const streams = Array.from({ length: Math.min(left, AT_ONCE) }, (_, index) => stream + 2 * index)
      const requests = streams.map((id) =>
        frame({ type: HEADERS, flags: 5, stream: id, payload: headerBlock(target.host) }),
      )
      const resets = streams.map((id) => frame({ type: RST_STREAM, stream: id, payload: CANCEL }))
      if (afterMs === undefined)
        socket.write(Buffer.concat(requests.flatMap((bytes, index) => [bytes, resets[index] ?? bytes])))
      else {
        socket.write(Buffer.concat(requests))
        await new Promise((resolve) => setTimeout(resolve, afterMs))
        socket.write(Buffer.concat(resets))
      }
      stream += 2 * streams.length
      left -= streams.length
      await new Promise(setImmediate)
    }
    socket.destroy()
  }
}

const AT_ONCE = 100

async function bare({ port }: CrowdTarget): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true })
  await eventOrEnd(socket, "connect")
  return socket
}

async function encrypted({ host, port, authority }: CrowdTarget, protocol: "h2" | "http/1.1"): Promise<TLSSocket> {
  const socket = connectTls({ host: "127.0.0.1", port, servername: host, ca: authority, ALPNProtocols: [protocol] })
  await eventOrEnd(socket, "secureConnect")
  return socket
}

/** A connection may be refused or closed at any time; that is what is measured. */
function eventOrEnd(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve()
    socket.on("error", () => {})
    socket.once(event, () => resolve()).once("close", () => resolve())
  })
}

function written<S extends Socket>(socket: S, bytes: Buffer): S {
  socket.write(bytes)
  return socket
}

async function answered<S extends Socket>(socket: S): Promise<S> {
  await eventOrEnd(socket, "data")
  return socket
}

const headOf = ({ host }: CrowdTarget): Buffer => Buffer.from(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`)

const [HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY] = [1, 3, 4, 6, 7] as const
/** Error code 8 of RFC 9113 section 7. */
const CANCEL = Buffer.from([0, 0, 0, 8])

function frame({
  type,
  flags = 0,
  stream = 0,
  payload,
}: {
  type: number
  flags?: number
  stream?: number
  payload: Buffer
}): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const PREFACE = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  frame({ type: SETTINGS, payload: Buffer.alloc(0) }),
])

/** GET, https and `/` from HPACK's static table, then `:authority` in full (RFC 7541 section 6). */
const headerBlock = (host: string): Buffer =>
  Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x01, host.length]), Buffer.from(host)])
