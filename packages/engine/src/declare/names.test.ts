import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { incarnationName, nodeName } from "./names.ts"

const named = (identity: { max?: number; pattern?: RegExp } = {}) => ({ by: "name" as const, ...identity })
const nameOf = (node: string, identity = named()) => nodeName("p", node, identity)

describe("the name of a node", () => {
  test("reads as prefix, resource and role", () => {
    expect(nameOf("api/function")).toBe("p-api-function")
    expect(nameOf("web-shop/function")).toBe("p-web-shop-function")
  })

  test("fits what the type allows, with room for the incarnation", () => {
    const long = `api/host/${"x".repeat(60)}.example`
    const [one, other] = [`${long}.com`, `${long}.org`].map((node) => nameOf(node, named({ max: 40 })))
    expect(one?.length).toBeLessThanOrEqual(35)
    expect(one).toMatch(/-[0-9a-f]{8}$/)
    expect(one).not.toBe(other)
    expect(incarnationName(one ?? "", 9_999).length).toBeLessThanOrEqual(40)
  })

  test("goes without hyphens where the type takes none", () => {
    const plain = nameOf("api/store", named({ max: 24, pattern: /^[a-z0-9]+$/ }))
    expect(plain).toMatch(/^papistore[0-9a-f]{8}$/)
    expect(incarnationName(plain, 2)).toBe(`${plain}x2`)
    expect(nameOf("api/storage-of-something-long", named({ max: 24, pattern: /^[a-z0-9]+$/ }))).toHaveLength(19)
  })

  test("that the type cannot have is an error of the type", () => {
    expect(() => nameOf("api/store", named({ pattern: /^[A-Z]+$/ }))).toThrowError(
      expect.objectContaining({ code: "graph_invalid", internal: true, message: expect.stringContaining("api/store") }),
    )
  })

  for (const [one, other] of [
    ["api/host/a.b.com", "api/host/a-b.com"],
    ["api/host/*.example.com", "api/host/example.com"],
    ["api/x-y", "api-x/y"],
    ["api/x/y", "api/x-y"],
    ["Api/x", "api/x"],
    ["_stack/listener", "stack/listener"],
    ["api/", "api"],
  ] as const)
    test(`of ${one} is another than that of ${other}`, () => expect(nameOf(one)).not.toBe(nameOf(other)))

  test("is no other node's: whatever is escaped or cut leaves it apart", () => {
    const id = fc
      .array(fc.constantFrom("a", "b", "-", "_", "/", ".", "*", "A", "1", "0", "f"), { minLength: 1, maxLength: 24 })
      .map((letters) => letters.join(""))
    fc.assert(
      fc.property(id, id, fc.constantFrom(24, 40, 63), (one, other, max) => {
        fc.pre(one !== other)
        expect(nameOf(one, named({ max }))).not.toBe(nameOf(other, named({ max })))
      }),
      { numRuns: 2_000 },
    )
  })

  test("is the type's kind of name, whatever the node", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 90 }), fc.integer({ min: 24, max: 63 }), (node, max) => {
        const name = incarnationName(nameOf(node, named({ max })), 99)
        expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/)
        expect(name.length).toBeLessThanOrEqual(max)
      }),
    )
  })
})

describe("the name of an incarnation", () => {
  test("carries its number from the second on", () => {
    expect(incarnationName("p-api-thing", 1)).toBe("p-api-thing")
    expect(incarnationName("p-api-thing", 2)).toBe("p-api-thing-2")
  })
})
