import { readdirSync, readFileSync } from "node:fs"
import { type Vector, VectorFile } from "./vector.ts"

const FOLDER = new URL("../../../../conformance/", import.meta.url)

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, FOLDER), "utf8"))

export const readSchema = (): unknown => read("vector.schema.json")

/** Reads all vectors, by file, sorted by file name. */
export const readVectors = (): { file: string; vectors: Vector[] }[] =>
  readdirSync(new URL("vectors/", FOLDER))
    .sort()
    .map((file) => ({ file, vectors: vectorsOf(file) }))

function vectorsOf(file: string): Vector[] {
  const { data, error } = VectorFile.safeParse(read(`vectors/${file}`))
  if (!data) throw new Error(`${file} is not as vector.schema.json says: ${error.message}`)
  return data.vectors
}
