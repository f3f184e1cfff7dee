import { expect, test } from "vitest"
import { createLogger } from "./logger.ts"

test("takes out what must not be logged", () => {
  const lines: string[] = []
  const logger = createLogger({ write: (line) => void lines.push(line) })
  logger.info({ token: "t0ps3cret", request: { headers: { authorization: "Bearer t0ps3cret" } } }, "request")
  expect(lines.join("")).toContain("[redacted]")
  expect(lines.join("")).not.toContain("t0ps3cret")
})
