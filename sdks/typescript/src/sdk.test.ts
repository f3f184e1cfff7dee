import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { createSdk } from "./sdk.ts"
import { answerWith, startInfoServer } from "./testing/info-server.ts"
import { ManualClock } from "./testing/manual-clock.ts"

const told = (url: string) => ({ resources: { api: { resourceType: "worker", publicUrl: url } } })
const injected = { ALIEN_API_BINDING: `{"service":"worker","publicUrl":"https://injected.example.com"}` }

test("a resource that was loaded once has the URL that the manager told last", async () => {
  let url = "https://one.example.com"
  await using manager = await startInfoServer((response) => answerWith(told(url))(response))
  const clock = new ManualClock()
  const sdk = createSdk(manager.environment, { clock, random: () => 0 })
  const api = await sdk.worker("api")
  expect(await api.getUrl()).toBe(url)
  url = "https://two.example.com"
  await clock.advance(30_000)
  await expect.poll(() => api.getUrl()).toBe(url)
  expect(manager.requests).toHaveLength(2)
})

const IMPORT = `import { worker } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)}\n`
const ASK = `${IMPORT}console.log(await (await worker("api")).getUrl())`

async function run(environment: Record<string, string>, program = ASK) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { env: environment })
  const exit = new Promise((resolve) => child.once("close", resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { exit: await exit, stdout, stderr }
}

test("a program ends when its work is done, although the manager would be asked again", async () => {
  await using manager = await startInfoServer(answerWith(told("https://api.example.com")))
  expect(await run(manager.environment)).toEqual({ exit: 0, stdout: "https://api.example.com\n", stderr: "" })
})

test("a refusal is a warning of the process", async () => {
  await using manager = await startInfoServer(answerWith({}, 403))
  const { exit, stdout, stderr } = await run({ ...injected, ...manager.environment })
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "https://injected.example.com\n" })
  expect(stderr).toMatch(/\[manager_refused\] AlienSdkWarning: the manager answered 403/)
  expect(stderr).not.toContain("s3cret")
})

test("a program that only imports it asks nobody", async () => {
  await using manager = await startInfoServer(answerWith({}))
  const program = `${IMPORT}console.log(typeof worker)`
  expect(await run(manager.environment, program)).toEqual({ exit: 0, stdout: "function\n", stderr: "" })
  expect(manager.requests).toEqual([])
})

test("a Container that is not there fails who asks it, and nobody who only named it", async () => {
  const program = `import { container } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)}
const web = container("web")
await new Promise((resolve) => setImmediate(resolve))
console.log(await web.getPublicUrl().catch((error) => error.code))`
  expect(await run({}, program)).toEqual({ exit: 0, stdout: "resource_unknown\n", stderr: "" })
})
