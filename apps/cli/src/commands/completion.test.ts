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

test("bash, zsh and fish ask for arguments that a manager knows, and for --deployment", async () => {
  const bash = await scriptFor("bash")
  expect(bash).toContain("'status'|'info'|'url'|'curl'|'open'|'logs'|'wait'|'explain'")
  expect(bash).toContain("--deployment) _alien_ask")
  const zsh = await scriptFor("zsh")
  expect(zsh.split("\n")).toEqual(
    expect.arrayContaining([expect.stringMatching(/--deployment\[.*:value:_alien_ask'.*'\*:argument:_alien_ask'/)]),
  )
  const fish = await scriptFor("fish")
  expect(fish).toContain("complete -c alien -f -n '__alien_in status' -a '(__alien_ask)'")
  expect(fish).toMatch(/complete -c alien -n '__alien_in url' -l deployment -x -a '\(__alien_ask\)'/)
  expect(fish).not.toContain("-f -n '__alien_in serve'")
  expect(fish, "every option has its name").not.toMatch(/-l +-/)
  expect(fish, "fish 3 takes no command within an index").not.toContain("..(")
})
