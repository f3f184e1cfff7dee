import { expect, test } from "vitest"
import { runProgram } from "./run-program.ts"

const options = { env: process.env, capture: true, signal: new AbortController().signal }
const node = (script: string, ...args: string[]) => runProgram(process.execPath, ["-e", script, "--", ...args], options)

test("it runs a program with its arguments as they are, and returns what it wrote and its exit code", async () => {
  const args = ["$(id)", "a b", "'\"`", "*", "-x", ""]
  const result = await node(
    "console.log(JSON.stringify(process.argv.slice(1))); console.error('e'); process.exitCode = 22",
    ...args,
  )
  expect(result).toEqual({ exitCode: 22, stdout: `${JSON.stringify(args)}\n`, stderr: "e\n" })
})

test("one that a signal ends has the exit code of shells", async () => {
  expect((await node("process.kill(process.pid, 'SIGTERM')"))?.exitCode).toBe(143)
})

test("one that is not installed is undefined", async () => {
  expect(await runProgram("no-such-program", [], { ...options, env: { PATH: "/nonexistent" } })).toBeUndefined()
})

test("an interruption reaches it", async () => {
  const interrupted = new AbortController()
  const running = runProgram(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    ...options,
    signal: interrupted.signal,
  })
  interrupted.abort()
  expect((await running)?.exitCode).toBe(130)
})
