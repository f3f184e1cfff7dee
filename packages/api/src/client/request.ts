import type { Shape } from "./answer.ts"

/** One request to a manager, and what its answer is like. */
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

export type Send = <T>(request: Request<T>) => Promise<T>
