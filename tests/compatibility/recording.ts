import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Schema } from "../contract/json-schema.ts"

/**
 * What a published client sends and reads: shapes, no code of it. `{platform}`, `{stack}`, `{release}`, `{deployment}` and `{token}`
 * stand for what a replay puts there.
 */
export interface Recording {
  client: string
  version: string
  language: string
  /** How it was recorded. */
  recorded: string
  operations: readonly RecordedOperation[]
  /** Its operations that are not spoken here, as `METHOD /path`. */
  others: readonly string[]
}

export interface RecordedOperation {
  operation: string
  method: string
  path: string
  accept: string
  /** The one that the client takes for success. */
  status: number
  /** What it has to find in the answer; absent where it reads none. */
  reads?: Schema
  calls: readonly RecordedCall[]
}

export interface RecordedCall {
  /** What is special about it; absent of the plain call. */
  asks?: string
  query?: readonly (readonly [string, string])[]
  body?: unknown
}

const DIRECTORY = join(import.meta.dirname, "recorded")

/** All recordings, those of the older version first. */
export const recordings = (): Recording[] =>
  readdirSync(DIRECTORY)
    .map((file): Recording => JSON.parse(readFileSync(join(DIRECTORY, file), "utf8")))
    .toSorted((a, b) => a.version.localeCompare(b.version, "en", { numeric: true }))
