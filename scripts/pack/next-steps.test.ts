import { expect, test } from "vitest"
import { nextSteps } from "./next-steps.ts"

test("each line under Next: is a command, and what stands above is none, so it is left out", () => {
  const output = "✔ hello, a worker\n  + package.json\n\nNext:\n  cd hello\n  npm install ./vendor/a.tgz\n  alien dev\n"
  expect(nextSteps(output)).toEqual([
    ["cd", "hello"],
    ["npm", "install", "./vendor/a.tgz"],
    ["alien", "dev"],
  ])
})

test("an output that names no step leads nowhere, so it throws", () => {
  expect(() => nextSteps("✔ hello, a worker\n  + package.json\n")).toThrow("no next step is named")
})
