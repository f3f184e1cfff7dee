import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { buildArtifacts } from "./build-artifacts.ts"
import { loadStack } from "./load-stack.ts"

const example = (name: string): string =>
  fileURLToPath(new URL(`../../../../examples/${name}/alien.ts`, import.meta.url))

describe("the examples: it", () => {
  test.each([
    ["first-api", ["api"]],
    ["two-workers", ["backend", "frontend"]],
  ])("builds %s", async (name, resources) => {
    const file = example(name)
    const stack = await loadStack(file)
    await using built = await buildArtifacts(stack, { directory: dirname(file) })
    expect(Object.keys(built.stack.resources)).toEqual(resources)
    expect(built.artifacts).toHaveLength(resources.length)
  })
})
