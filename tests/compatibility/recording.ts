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

/** A resource as a published builder made it: the calls, and the JSON that came out. */
export interface BuilderProgram {
  class: string
  id: string
  calls: readonly (readonly [name: string, ...given: unknown[]])[]
  builds: Readonly<Record<string, unknown>>
}

export interface BuilderRecording extends Pick<Recording, "client" | "version" | "language" | "recorded"> {
  programs: readonly BuilderProgram[]
}

const RECORDED = join(import.meta.dirname, "recorded")
const DIRECTORY = join(RECORDED, "clients")

/** All recordings, those of the older version first. */
export const recordings = (): Recording[] =>
  readdirSync(DIRECTORY)
    .map((file): Recording => JSON.parse(readFileSync(join(DIRECTORY, file), "utf8")))
    .toSorted((a, b) => a.version.localeCompare(b.version, "en", { numeric: true }))

export const builders = (): BuilderRecording =>
  JSON.parse(readFileSync(join(RECORDED, "builders/core-1.4.0.json"), "utf8"))
