import { DEFAULT_LIMITS } from "@alienplatform/gateway/limits"
import { MAX_HEADER_BYTES, MAX_HEADERS } from "@alienplatform/runtime/header-limits"
import { expect, test } from "vitest"

/** What the gateway adds to a request: its host twice, a port, an address, `Forwarded`. */
const ADDED_BYTES = 2 * 1024
const ADDED_HEADERS = 6

test("a worker takes every request that the gateway lets through", () => {
  expect(MAX_HEADER_BYTES).toBeGreaterThanOrEqual(DEFAULT_LIMITS.maxHeaderBytes + ADDED_BYTES)
  expect(MAX_HEADERS).toBeGreaterThanOrEqual(DEFAULT_LIMITS.maxHeaders + ADDED_HEADERS)
})
