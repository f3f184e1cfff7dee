/**
 * `npm run demo [-- --once]`: a Function, a Worker, a Container and a Daemon of the examples on this machine, driven through
 * `bin/alien` as a person would, and called from inside and outside. It stays up until Ctrl-C; with --once it ends as soon as everything was called. Everything it starts and writes is its own and
 * goes with it. Exit code 1 when something was not as it should be, 130 when it was interrupted before it was up.
 */
import { relative, resolve } from "node:path"
import { parseArgs } from "node:util"
import { deploy, deploymentsOf, readyEndpoints, runOrThrow, STACKS } from "../../tests/harness/example-stacks.ts"
import { onInterrupt, untilInterrupted } from "../../tests/harness/interrupt.ts"
import { openSandbox, type Sandbox } from "../../tests/harness/sandbox.ts"
import { screen, step } from "../../tests/harness/screen.ts"
import { callAll } from "./calls.ts"
import { callFromOutside } from "./outsider.ts"

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } })
/** Commands that the person then runs. */
const SHOWN = [
  ["status", "first-api"],
  ["status", "microservices"],
  ["logs", "microservices", "storefront", "--access"],
] as const

const interrupted = onInterrupt()
const started = performance.now()

try {
  screen.heading("Two stacks on this machine, each endpoint with its own HTTPS URL\n")
  const sandbox = await openSandbox()
  try {
    await run(sandbox)
  } finally {
    screen.line()
    await cleanUp(sandbox)
  }
  if (values.once) screen.done(`everything was as it should be, after ${elapsedSeconds()}`)
} catch (error) {
  const early = interrupted.aborted
  screen.failed(early ? "interrupted" : error instanceof Error ? error.message : String(error))
  process.exitCode = early ? 130 : 1
}

async function run(sandbox: Sandbox): Promise<void> {
  await step(
    "alien serve",
    () => sandbox.serve(),
    ({ url }) => `manager at ${url}`,
  )
  for (const name of STACKS) {
    interrupted.throwIfAborted()
    await step(
      `alien deploy ${name}`,
      () => deploy(sandbox, name, interrupted),
      () => `from examples/${name}`,
    )
  }
  const endpoints = (await Promise.all(STACKS.map((name) => readyEndpoints(sandbox, name)))).flat()
  interrupted.throwIfAborted()

  screen.heading("Called over HTTPS\n")
  await callAll(endpoints)
  interrupted.throwIfAborted()

  screen.heading("A program outside the stack that knows only the manager's /info\n")
  await callFromOutside(sandbox, endpoints)

  for (const args of SHOWN) {
    interrupted.throwIfAborted()
    screen.heading(`$ alien ${args.join(" ")}\n`)
    await runOrThrow(sandbox, args, { shown: true })
  }
  if (values.once) return

  screen.heading(`Up after ${elapsedSeconds()}. Ctrl-C stops and removes everything.`)
  const alien = relative(process.cwd(), resolve(import.meta.dirname, "../../bin/alien"))
  screen.line(`In another terminal:\n  export ALIEN_HOME=${sandbox.home}\n  ${alien} info microservices`)
  await untilInterrupted(interrupted)
}

/** Destroys what was deployed, then stops all processes and removes the directory, also when the destroy failed. */
async function cleanUp(sandbox: Sandbox): Promise<void> {
  await step(
    "stop and remove",
    async () => {
      await using _ = sandbox
      for (const name of await deploymentsOf(sandbox))
        await step(`alien destroy ${name}`, () => runOrThrow(sandbox, ["destroy", name, "--yes", "--timeout", "60s"]))
    },
    () => "nothing is left running, nothing is left on disk",
  )
}

function elapsedSeconds(): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
