import { describe, expect, test } from "vitest"
import { readSchema, readVectors } from "./testing/conformance/read-vectors.ts"
import { runVector } from "./testing/conformance/run-vector.ts"
import { vectorJsonSchema } from "./testing/conformance/vector.ts"

const files = readVectors()

describe.each(files.map(({ file, vectors }) => [file, vectors] as const))("%s: it", (file, vectors) => {
  test.each(vectors.map((vector) => [vector.it, vector] as const))("%s", (_it, vector) => runVector(file, vector))
})

test("the vectors' JSON Schema is the one that this runner reads them with", () => {
  expect(readSchema()).toEqual(vectorJsonSchema())
})

test("no two vectors have one name", () => {
  const names = files.flatMap(({ vectors }) => vectors.map((vector) => vector.it))
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([])
})
