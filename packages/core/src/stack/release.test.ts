import { expect, test } from "vitest"
import { Stack, Worker } from "../index.ts"
import { releaseViolations } from "./release.ts"

const source = { type: "source", src: "./api", toolchain: { type: "typescript" } } as const

test("refuses source and triggers, which a stack may declare", () => {
  const worker = new Worker("api")
    .code(source)
    .trigger({ type: "queue", queue: { id: "jobs" } })
    .build()
  expect(releaseViolations(new Stack("s").add(worker, "live").build())).toMatchObject([
    { path: "resources.api.code", code: "source_not_built", message: expect.stringContaining("./api") },
    { path: "resources.api.triggers", code: "not_supported" },
  ])
})

test("accepts images and artifacts", () => {
  const artifact = { type: "artifact", sha256: "a".repeat(64), toolchain: { type: "typescript" } } as const
  const stack = new Stack("s")
    .add(new Worker("a").code(artifact).build(), "live")
    .add(new Worker("b").code({ type: "image", image: "acme/b" }).build(), "live")
    .build()
  expect(releaseViolations(stack)).toEqual([])
})
