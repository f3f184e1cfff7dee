import { describe, expect, test } from "vitest"
import { SourceMap } from "./source-map.ts"

/**
 * Mappings written by hand (ECMA-426): line 2 of the bundle has column 1 from a.ts 1:1, column 9 from b.ts 12:7, and
 * column 13 from nowhere; line 4 has column 3 from b.ts 11:3; line 5 has column 1 from line 100,000 of it.
 */
const MAPPINGS = ";AAAA,QCWM,I;;EADJ;AAqpjGF"
const map = (more: object = {}) =>
  new SourceMap(JSON.stringify({ version: 3, sources: ["a.ts", "b.ts"], names: [], mappings: MAPPINGS, ...more }))

describe("a source map: it", () => {
  test.each([
    [2, 1, { source: "a.ts", line: 1, column: 1 }],
    [2, 8, { source: "a.ts", line: 1, column: 1 }],
    [2, 9, { source: "b.ts", line: 12, column: 7 }],
    [2, 12, { source: "b.ts", line: 12, column: 7 }],
    [4, 3, { source: "b.ts", line: 11, column: 3 }],
    [4, 999, { source: "b.ts", line: 11, column: 3 }],
  ])("finds where %i:%i comes from", (line, column, origin) => {
    expect(map().originOf(line, column)).toEqual(origin)
  })

  test("reads numbers of several digits", () => {
    expect(map().originOf(5, 1)).toMatchObject({ source: "b.ts", line: 100_000 })
  })

  test.each([
    ["before the first segment of its line", 4, 2],
    ["on a line without any", 3, 1],
    ["that comes from no source", 2, 13],
    ["after the last line", 99, 1],
    ["on no line at all", 0, 0],
  ])("finds nothing for a place %s", (_case, line, column) => {
    expect(map().originOf(line, column)).toBeUndefined()
  })

  test.each([
    ["another version", { version: 2 }],
    ["mappings that are none", { mappings: "AAAA,é" }],
  ])("does not take %s", (_case, more) => {
    expect(() => map(more)).toThrow(TypeError)
  })
})
