import { connect as connectHttp2 } from "node:http2"
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Lane, Target } from "./lane.ts"

export type Send = (done: (failure: string | undefined, body: string) => void) => void
/** A client that makes one request at a time. */
export interface Client {
  send: Send
  close(): void
}

const TIMEOUT_MS = 10_000

/** Connects the clients of a lane. Every answer but a whole one with status 200 is a failure. */
export async function openClients({ target, connections, streams = 1 }: Lane): Promise<Client[]> {
  const each = await Promise.all(
    Array.from({ length: connections }, () =>
      target.protocol === "h2" ? http2Clients(target, streams) : http1(target),
    ),
  )
  return each.flat()
}

/**
 * Makes HTTP/1.1 clients on bare sockets, since Node's own cost more than the proxies that are measured. They read
 * answers with a length and chunked ones, not those that end with the connection.
 */
async function http1({ url, address, port, authority }: Target): Promise<Client[]> {
  const { host, hostname, protocol } = new URL(url)
  const request = Buffer.from(`GET / HTTP/1.1\r\nhost: ${host}\r\naccept: */*\r\n\r\n`)
  let socket: Socket | undefined
  let done: Parameters<Send>[0] | undefined
  let text = ""
  const end = (failure: string | undefined, body = "") => {
    const tell = done
    done = undefined
    text = ""
    tell?.(failure, body)
  }
  const open = () =>
    new Promise<Socket>((resolve) => {
      const tls = protocol === "https:"
      const opened = tls
        ? connectTls({ host: address, port, servername: hostname, ...(authority ? { ca: authority } : {}) })
        : connectTcp(port, address)
      const lost = (reason: string) => {
        if (socket === opened) socket = undefined
        end(reason)
        resolve(opened)
      }
      opened.setNoDelay(true).setTimeout(TIMEOUT_MS, () => opened.destroy())
      opened.once(tls ? "secureConnect" : "connect", () => {
        socket = opened
        resolve(opened)
      })
      opened.on("error", (error) => lost(error.message))
      opened.on("close", () => lost("the connection was closed before the answer was whole"))
      opened.on("data", (chunk: Buffer) => {
        text = text === "" ? chunk.toString("latin1") : text + chunk.toString("latin1")
        const body = wholeBody(text)
        if (body === undefined) return
        const [status = "", closes] = [text.slice(9, 12), /^connection: close\r$/im.test(text)]
        if (closes) {
          socket = undefined
          opened.destroy()
        }
        end(status === "200" ? undefined : `status ${status}`, body)
      })
    })
  await open()
  return [
    {
      send: (tell) => {
        done = tell
        if (socket) socket.write(request)
        else void open().then((opened) => opened.write(request))
      },
      close: () => void socket?.destroy(),
    },
  ]
}

/** The body of a whole answer; undefined while more is to come. */
function wholeBody(answer: string): string | undefined {
  const head = answer.indexOf("\r\n\r\n")
  if (head < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer)
  if (length) return answer.length >= head + 4 + Number(length[1]) ? answer.slice(head + 4) : undefined
  if (!answer.endsWith("0\r\n\r\n")) return undefined
  return answer
    .slice(head + 4)
    .replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/gi, "")
    .trimEnd()
}

/** Makes `streams` HTTP/2 clients on one connection, which is opened again when it is lost. */
async function http2Clients({ url, address, port, authority }: Target, streams: number): Promise<Client[]> {
  const { hostname: servername } = new URL(url)
  const open = () => {
    const ca = authority ? { ca: authority } : {}
    const session = connectHttp2(url, {
      createConnection: () => connectTls({ host: address, port, servername, ALPNProtocols: ["h2"], ...ca }),
    })
    return session.on("error", () => undefined)
  }
  let session = open()
  await new Promise((resolve) => session.once("connect", resolve).once("close", resolve))
  const send: Send = (done) => {
    if (session.closed || session.destroyed) session = open()
    const stream = session.request({ ":path": "/" })
    let status = 0
    let body = ""
    let failure: string | undefined
    stream.setEncoding("latin1").setTimeout(TIMEOUT_MS, () => stream.close())
    stream.on("response", (headers) => {
      status = headers[":status"] ?? 0
    })
    stream.on("data", (chunk: string) => {
      body += chunk
    })
    let whole = false
    stream.on("end", () => {
      whole = true
    })
    stream.on("error", (error) => {
      failure = error.message
    })
    stream.on("close", () => {
      if (status !== 200) failure ??= `status ${status}`
      if (!whole) failure ??= "the stream was closed before the answer was whole"
      done(failure, body)
    })
  }
  return Array.from({ length: streams }, () => ({ send, close: () => session.close() }))
}
