import { constants, type ServerHttp2Session } from "node:http2"
import { TokenBucket, type TokenBucketOptions } from "../token-bucket.ts"

/**
 * What one HTTP/2 connection may cost for nothing: requests that its client resets before they are answered
 * (CVE-2023-44487) or has us reset (CVE-2025-8671). Every answer that was taken whole allows one more, so a browser
 * that leaves pages and a client that cancels now and then never notice. A client that used all up is told to calm
 * down: what is under way ends, what else it asks for on this connection is ignored, and it may open another.
 *
 * Pings and settings are not counted: nghttp2 answers them without Node's JavaScript, which does not listen for them,
 * and ends a connection whose client leaves a thousand answers unread.
 */
export class Http2Waste {
  readonly #session: ServerHttp2Session
  readonly #bucket: TokenBucket

  constructor(session: ServerHttp2Session, options: TokenBucketOptions) {
    this.#session = session
    this.#bucket = new TokenBucket(options)
  }

  /** False when it is too much. */
  add(): boolean {
    if (this.#bucket.take()) return true
    const session = this.#session
    if (session.closed || session.destroyed) return false
    session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM)
    session.close()
    return false
  }

  answered(): void {
    this.#bucket.giveBack()
  }
}
