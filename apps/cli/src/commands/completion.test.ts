import { expect, test } from "vitest"
import { isGroup } from "../command.ts"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { COMMANDS } from "./index.ts"

async function scriptFor(shell: string): Promise<string> {
  const context = fakeContext()
  expect(await run(["completion", shell], context)).toBe(0)
  return context.out
}

test.each(["bash", "zsh", "fish"])("%s: every command and every option of it is there", async (shell) => {
  const script = await scriptFor(shell)
  for (const entry of COMMANDS)
    for (const { name, options } of isGroup(entry) ? entry.commands : [entry]) {
      expect(script).toContain(name)
      for (const [flags] of options) expect(script).toContain(/--([\w-]+)/.exec(flags)?.[1])
    }
})

test("a shell that it does not know is exit code 2, and it says which was meant", async () => {
  const context = fakeContext()
  expect(await run(["completion", "zhs"], context)).toBe(2)
  expect(context.err).toContain("did you mean: zsh?")
})
