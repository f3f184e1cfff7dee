import { problem, violations } from "@alienplatform/core/error"
import { expect, test } from "vitest"
import { errorJson, renderFailure } from "./failure.ts"

const plainPaint = (_: string, text: string) => text

test("a failure says what happened, its code, what to do and where to read on, so it can be acted on", () => {
  const error = problem("port_taken", { message: "port 7400 is taken by pid 12", hint: "choose another with --port" })
  expect(renderFailure(error, plainPaint)).toBe(
    "✖ port 7400 is taken by pid 12\n  code  port_taken\n  hint  choose another with --port\n  more  alien explain port_taken\n",
  )
})

test("every mistake of a validation is on a line of its own, and it is there once", () => {
  const error = violations("stack_invalid", "stack my-app", [
    { path: "resources.api", code: "value_missing", message: "has no code" },
    { path: "resources.web", code: "value_missing", message: "has no port" },
  ])
  expect(renderFailure(error, plainPaint).split("\n").slice(0, 3)).toEqual([
    "✖ stack my-app has 2 mistakes:",
    "    resources.api: has no code",
    "    resources.web: has no port",
  ])
})

test("of very many mistakes it says how many it does not list", () => {
  const found = Array.from({ length: 300 }, (_, index) => ({
    ...{ path: `k${index}`, code: "key_unknown" as const, message: "is not known" },
  }))
  const lines = renderFailure(violations("settings_invalid", "the settings", found), plainPaint).split("\n")
  expect(lines.slice(200, 203)).toEqual(["    k199: is not known", "    and 100 more", "  code  settings_invalid"])
})

test("the codes of Node are not ours, so it becomes an internal error", () => {
  const error = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" })
  expect(errorJson(error)).toMatchObject({ code: "internal_error", message: "EACCES: permission denied" })
})
