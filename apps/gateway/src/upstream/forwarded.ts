import type { UploadBody } from "./upload-body.ts"

/** The part of a request that goes upstream. */
export interface Forwarded {
  method: string
  path: string
  headers: string[]
  body: UploadBody | null
  /** The body's length is not known: it may be one side of a conversation. */
  streamed: boolean
  /** Without one undici looks for it in `Host`, for every request, though it is for TLS alone. */
  servername: "upstream"
  /** ms */
  headersTimeout: number
}
