import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startAlien } from "../harness/command.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { stackOf, writeProject } from "../harness/project.ts"

const WORKER = `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")`
const FILES = { "api.ts": "export default { fetch: () => new Response() }", "alien.ts": stackOf({ api: WORKER }) }

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** Deploys unusable files and expects that nothing is created. */
async function deploy(files: Record<string, string>, ...more: string[]) {
  const cwd = await writeProject(journey, "wrong", { ...FILES, ...files })
  const { exit, stderr } = await journey.sandbox.alien(["deploy", "wrong", "--yes", ...more], { cwd })
  expect((await journey.client.deployments({})).items).toEqual([])
  return { exit, stderr }
}

describe("a stack", () => {
  test.each([
    ["throws", "stack_file_failed", `throw new Error("no region is set")`, /alien\.ts:2:7: Error: no region is set/],
    ["ends its process", "stack_file_failed", "process.exit(0)", /alien\.ts ended its process with exit code 0/],
    ["is no TypeScript", "build_failed", "const = 1", /alien\.ts:2/],
    ["exports nothing", "stack_file_invalid", "", /alien\.ts/],
  ])("that %s is told so, with its place", async (_, code, text, message) => {
    const { exit, stderr } = await deploy({ "alien.ts": `// a stack\n${text}\n` })
    expect(stderr).toContain(`code  ${code}`)
    expect(stderr).toMatch(message)
    expect(exit).toBe(2)
  })

  test("that never ends is ended by Ctrl-C, and nothing of it stays", async () => {
    const cwd = await writeProject(journey, "looping", { "alien.ts": `console.log("looping")\nfor (;;);\n` })
    const child = startAlien(["deploy", "looping", "--yes"], { cwd, environment: journey.sandbox.environment })
    const ended = new Promise((resolve) => child.once("close", resolve))
    await new Promise<void>((resolve) =>
      child.stderr?.on("data", (text) => String(text).includes("looping") && resolve()),
    )
    child.kill("SIGINT")
    // `close`: nobody holds its output any more, the process of the file neither.
    expect(await ended).toBe(130)
  })

  test("with a key that nobody knows is told which one, where, and what it may have meant", async () => {
    const api = WORKER.replace("new alien.Worker", "new alien.Container").replace(`("web")`, `("web", 8080)`)
    const { exit, stderr } = await deploy({ "alien.ts": stackOf({ api: `${api}.healthCheck({ pth: "/up" })` }) })
    expect(stderr).toContain("code  stack_invalid")
    expect(stderr).toMatch(/healthCheck\.pth: .*path/)
    expect(exit).toBe(2)
  })
})

describe("a settings file", () => {
  test("with a key that nobody knows is told which one, in which line, and what it may have meant", async () => {
    const file = join(journey.sandbox.directory, "settings.json")
    await writeFile(file, `{\n  "updates": "auto",\n  "endponts": { "api": { "exposure": "internet" } }\n}\n`)
    const { exit, stderr } = await deploy({}, "--settings", file)
    expect(stderr).toContain("code  settings_invalid")
    expect(stderr).toMatch(/settings\.json:3.*endponts.*endpoints/s)
    expect(exit).toBe(2)
  })

  test("that is no JSON is told so, with its name", async () => {
    const file = join(journey.sandbox.directory, "broken.json")
    await writeFile(file, `{ "updates": `)
    const { exit, stderr } = await deploy({}, "--settings", file)
    expect(stderr).toContain("code  settings_file_invalid")
    expect(stderr).toContain(file)
    expect(exit).toBe(2)
  })
})
