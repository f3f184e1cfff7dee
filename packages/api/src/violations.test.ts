import { z } from "@hono/zod-openapi"
import { expect, test } from "vitest"
import { requestInvalid } from "./violations.ts"

const Body = z.strictObject({ name: z.string(), list: z.array(z.strictObject({ size: z.int() })) })

test("lists every mistake with its place, one for each unknown field", () => {
  const { error } = Body.safeParse({ list: [{ size: "1", colour: "red", shape: "round" }] })
  const { code, context } = requestInvalid("body", error?.issues ?? [])
  expect(code).toBe("request_invalid")
  expect(context?.violations).toEqual([
    expect.objectContaining({ path: "name", code: "value_missing" }),
    expect.objectContaining({ path: "list[0].size", code: "value_malformed" }),
    expect.objectContaining({ path: "list[0].colour", code: "key_unknown" }),
    expect.objectContaining({ path: "list[0].shape", code: "key_unknown" }),
  ])
})
