import type { TLSSocket } from "node:tls"
import { frameReader, frames, type ReceivedFrame } from "./http2-frames.ts"
import type { TestGateway } from "./test-gateway.ts"

/** An HTTP/2 client that sends whatever it is told to, and remembers what it gets. */
export class RawHttp2 implements Disposable {
  readonly socket: TLSSocket
  readonly received: ReceivedFrame[] = []
  #closed = false
  #look: () => void = () => {}

  constructor(socket: TLSSocket) {
    this.socket = socket
    const read = frameReader()
    socket.on("error", () => {})
    socket.on("data", (chunk: Buffer) => {
      this.received.push(...read(chunk))
      this.#look()
    })
    socket.once("close", () => {
      this.#closed = true
      this.#look()
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  send(...bytes: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(bytes))
  }

  /** Of one stream, 0 for the connection, in the order in which they came. */
  of(type: number, stream: number): ReceivedFrame[] {
    return this.received.filter((frame) => frame.type === type && frame.stream === stream)
  }

  /** Resolves once the condition holds; looked at with everything that comes. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (condition()) resolve()
      }
      this.#look()
    })
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** Connected, and told the gateway's settings. */
export async function openRawHttp2(
  gateway: TestGateway,
  host: string,
  { acknowledge = true }: { acknowledge?: boolean } = {},
): Promise<RawHttp2> {
  const client = new RawHttp2(await gateway.tls(host, "h2"))
  client.send(frames.preface(), ...(acknowledge ? [frames.settingsAck()] : []))
  await client.until(() => client.received.length > 0)
  return client
}
