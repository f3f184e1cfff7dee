import { codes } from "@alienplatform/core/codes"
import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"

/** Nothing is asked of a manager: there is none, and a request would fail. */
async function explained(...args: string[]) {
  const context = fakeContext({
    fetch: () => {
      throw new Error("nobody is asked")
    },
  })
  return { exit: await run(["explain", ...args], context), out: context.out, err: context.err }
}

test("it says what a code means, what to do, who acts and how a command ends with it", async () => {
  expect(await explained("deployment_deleting")).toEqual({
    exit: 0,
    err: "",
    out: `deployment_deleting
  Something was asked of a deployment that is deleted or being deleted.

  what to do   Create another deployment; its name is free once it is deleted.
  who acts     you, who wrote, sent or ran what was refused
  retryable    no
  HTTP status  409
  exit code    1
  more         docs/errors.md#deployment_deleting
`,
  })
})

test("with --json it is one document, null where a fact does not apply", async () => {
  const { out } = await explained("quota", "--json")
  expect(JSON.parse(out)).toEqual({
    code: "quota",
    means: expect.stringContaining("no more objects"),
    fix: expect.stringContaining("higher limit"),
    acts: "provider",
    retryable: false,
    httpStatus: null,
    gatewayStatuses: [],
    exitCode: 1,
    more: "docs/errors.md#quota",
  })
})

test("a link from an error's text is taken for its code", async () => {
  expect((await explained("docs/errors.md#no_upstream")).out).toContain("gateway      503")
})

test("every code of this version is explained", async () => {
  for (const code of codes()) expect((await explained(code)).exit, code).toBe(0)
})

test.each([
  ["workload_crashd", "hint  did you mean: workload_crashed?"],
  ["constructor", "hint  docs/errors.md lists every code"],
])("a code that there is not is refused with the nearest one, and it is exit code 4: %s", async (code, hint) => {
  const { exit, err } = await explained(code)
  expect(exit).toBe(4)
  expect(err).toContain(hint)
})

test("without a code it is a mistake on the command line", async () => {
  expect((await explained()).exit).toBe(2)
})
