import { describe, expect, test } from "vitest"
import { Worker } from "../resources/worker.ts"
import { frozenViolations } from "./frozen.ts"
import { Stack } from "./stack.ts"

const stack = (image: string, lifecycle: "frozen" | "live" = "frozen") =>
  new Stack("shop").add(new Worker("api").code({ type: "image", image }).build(), lifecycle).build()
const other = new Stack("shop")
  .add(new Worker("web").code({ type: "image", image: "acme/web:1" }).build(), "live")
  .build()

describe("a frozen resource", () => {
  test("may stay as it is", () => {
    expect(frozenViolations(stack("acme/api:1"), stack("acme/api:1"))).toEqual([])
  })

  test("must not change, and the message names what would", () => {
    const [violation, ...rest] = frozenViolations(stack("acme/api:1"), stack("acme/api:2"))
    expect(rest).toEqual([])
    expect(violation).toMatchObject({ path: "resources.api", code: "frozen_changed" })
    expect(violation?.message).toContain("code differs")
  })

  test("must not go", () => {
    expect(frozenViolations(stack("acme/api:1"), other)).toMatchObject([
      { path: "resources.api", code: "frozen_changed" },
    ])
  })

  test("may be thawed and changed by one release", () => {
    expect(frozenViolations(stack("acme/api:1"), stack("acme/api:2", "live"))).toEqual([])
  })
})

test("a live resource may change and become frozen", () => {
  expect(frozenViolations(stack("acme/api:1", "live"), stack("acme/api:2"))).toEqual([])
})
