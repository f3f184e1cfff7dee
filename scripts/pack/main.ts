/**
 * `npm run pack:check`: compiles and packs every public package, then uses the tarballs as a stranger would, in an empty
 * folder with npm, Node 24 and curl: what `alien init` writes and its own next steps, install, release, deploy, a call over
 * HTTPS, destroy. The checkout is never changed, and all that it writes and starts goes again. The last line is JSON; exit code 1 when something was not as it
 * should be, 130 when it was interrupted.
 */
import { resolve } from "node:path"
import { onInterrupt } from "../../tests/harness/interrupt.ts"
import { screen, step } from "../../tests/harness/screen.ts"
import { installAll, type Measured, packAll, startProjects, useProject } from "./check.ts"
import { newUser, type User } from "./user.ts"

const root = resolve(import.meta.dirname, "../..")
const interrupted = onInterrupt()
const started = performance.now()
const elapsedSeconds = () => Math.round((performance.now() - started) / 100) / 10

const failures: unknown[] = []
const measured = await check().catch(noteFailure)
if (failures.length === 0) report({ passed: true, ...measured })
else {
  const reason = interrupted.aborted ? "interrupted" : failures.map(messageOf).join("\n")
  screen.failed(reason)
  report({ passed: false, reason })
  process.exitCode = interrupted.aborted ? 130 : 1
}

async function check(): Promise<Measured | undefined> {
  screen.heading("Every public package, packed and used in an empty folder\n")
  const user = await newUser(interrupted)
  const measured = await use(user).catch(noteFailure)
  await step(
    "stop and remove",
    async () => user[Symbol.asyncDispose](),
    () => "nothing is left running, nothing is left on disk",
  ).catch(noteFailure)
  return measured
}

async function use(user: User): Promise<Measured> {
  const tarballs = await packAll(root, user)
  const project = await startProjects(user, tarballs)
  interrupted.throwIfAborted()
  const measured = await installAll(user, project, tarballs)
  await useProject(user, project, interrupted)
  return measured
}

/** Records a failure; one during clean-up must not hide the first. */
function noteFailure(error: unknown): undefined {
  failures.push(error)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function report(result: { passed: boolean; reason?: string } & Partial<Measured>): void {
  for (const [name, bytes] of Object.entries(result.tarballs ?? {}))
    screen.line(`  ${name.padEnd(30)} ${String(bytes).padStart(7)} bytes`)
  screen.line(JSON.stringify({ suite: "pack-check", ...result, seconds: elapsedSeconds() }))
}
