import { expect, test } from "vitest"
import { isGroup } from "./command.ts"
import { COMMANDS } from "./commands/index.ts"
import { run } from "./program.ts"
import { fakeContext } from "./testing/fake-context.ts"

async function alien(...argv: string[]) {
  const context = fakeContext()
  return { exit: await run(argv, context), out: context.out, err: context.err }
}

test("the help lists every command with examples, and it is no failure", async () => {
  const { exit, out } = await alien("--help")
  expect(exit).toBe(0)
  for (const { name, summary } of COMMANDS)
    expect(out).toMatch(new RegExp(`^  ${name}\\b.*${summary.slice(0, 12)}`, "m"))
  expect(out).toContain("$ alien deploy shop")
  expect(out).toContain("Exit codes:")
})

const NAMES = COMMANDS.flatMap((entry) =>
  isGroup(entry) ? [entry.name, ...entry.commands.map(({ name }) => `${entry.name} ${name}`)] : [entry.name],
)

test.each(NAMES)("`alien %s --help` has an example of it", async (name) => {
  const { exit, out } = await alien(...name.split(" "), "--help")
  expect(exit).toBe(0)
  expect(out).toContain(`alien ${name}`)
  expect(out).toContain("Examples:")
})

test("no command at all shows the help and is exit code 2, so that a script notices it", async () => {
  const { exit, err } = await alien()
  expect(exit).toBe(2)
  expect(err).toContain("Usage: alien")
})

test("an unknown command says which was meant, and it is exit code 2", async () => {
  const { exit, err } = await alien("depoly")
  expect(exit).toBe(2)
  expect(err).toContain("✖ unknown command 'depoly'")
  expect(err).toContain("code  unknown_command")
  expect(err).toContain("hint  did you mean: deploy?")
})

test.each([
  [["setings"], "did you mean: settings?"],
  [["settings", "gett"], "did you mean: get?"],
  [["settings", "frobnicate"], "`alien settings --help` lists the commands"],
  [["settings", "get", "--pth", "x"], "did you mean: --path?"],
  [["settings", "get", "a", "b"], "`alien settings get --help` shows how it is called"],
])("for %j it says %j, so the next try is right", async (argv, hint) => {
  const { exit, err } = await alien(...argv)
  expect(exit).toBe(2)
  expect(err).toContain(`hint  ${hint}`)
})

test("a group alone shows its commands, and it is exit code 2", async () => {
  const { exit, err } = await alien("settings")
  expect(exit).toBe(2)
  expect(err).toMatch(/get[\s\S]*set[\s\S]*diff/)
})

test("the help of the whole fits 80 columns, so nothing wraps in a small terminal", async () => {
  const { out } = await alien("--help")
  expect(out.split("\n").filter((line) => line.length > 80 && !line.startsWith("Exit codes"))).toEqual([])
})

test.each([
  [["deploy"], "missing required argument 'name'"],
  [["deploy", "shop", "--plattform", "local"], "unknown option '--plattform'"],
  [["info", "shop", "extra"], "too many arguments"],
  [["url", "a", "b", "c"], "3 arguments are too many"],
])("it refuses %j with exit code 2", async (argv, message) => {
  const { exit, err } = await alien(...argv)
  expect(exit).toBe(2)
  expect(err).toContain(message)
  expect(err).toContain("code  usage_invalid")
})

test("with --json a failure is a document too, and it is on stdout", async () => {
  const { exit, out, err } = await alien("list", "--json")
  expect(exit).toBe(5)
  expect(JSON.parse(out)).toMatchObject({ error: { code: "manager_unknown" } })
  expect(err).toBe("")
})

test("the version is that of the package, so it is a number", async () => {
  expect(await alien("--version")).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})
