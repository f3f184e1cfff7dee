import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Endpoint } from "../harness/endpoint.ts"
import { deployExample } from "../harness/example.ts"
import { GATED_WORKER } from "../harness/gated-worker.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { openVerified } from "../harness/verified-https.ts"

let journey: Journey
let endpoint: Endpoint
let gated: Endpoint

beforeAll(async () => {
  journey = await startJourney()
  await deployExample(journey, "ai-endpoint")
  endpoint = await journey.endpoint("ai-endpoint", "ai")
  await deployGated()
  gated = await journey.endpoint("gated", "gated")
}, 90_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

async function deployGated(): Promise<void> {
  const cwd = join(journey.sandbox.directory, "gated")
  await mkdir(cwd)
  await writeFile(join(cwd, "worker.ts"), GATED_WORKER)
  await writeFile(
    join(cwd, "alien.ts"),
    `
import * as alien from "@alienplatform/core"
const gated = new alien.Worker("gated")
  .code({ type: "source", src: "worker.ts", toolchain: { type: "typescript" } })
  .publicEndpoint("api", { streaming: true })
  .readinessProbe({ method: "GET", path: "/health" })
  .build()
export default new alien.Stack("gated").add(gated, "live").build()`,
  )
  const { exit, stdout, stderr } = await journey.sandbox.alien(["deploy", "gated", "--yes"], { cwd })
  expect(exit, `${stdout}${stderr}`).toBe(0)
}

const PATH = "/v1/chat/completions"
const asked = (more: object) => ({ messages: [{ role: "user", content: "Tell me of the keeper" }], seed: 7, ...more })
const contents = (events: string) => [...events.matchAll(/"content":"(.*?)"/g)].map(([, content]) => content)

/** Reads on until what came matches; gives all of it. */
async function until(chunks: AsyncIterator<string>, wanted: RegExp): Promise<string> {
  let came = ""
  while (!wanted.test(came)) {
    const { done, value } = await chunks.next()
    if (done) throw new Error(`the stream ended after ${came}`)
    came += value
  }
  return came
}

const chunksOf = (response: Awaited<ReturnType<typeof openVerified>>): AsyncIterator<string> =>
  response.setEncoding("utf8")[Symbol.asyncIterator]()

describe("examples/ai-endpoint", () => {
  test("answers in one piece and as a stream with the same text", async () => {
    const plain = JSON.parse(await text(await openVerified(endpoint, PATH, asked({}))))
    const stream = await openVerified(endpoint, PATH, asked({ stream: true }))
    expect(stream.headers["content-type"]).toBe("text/event-stream")
    expect(contents(await text(stream)).join("")).toBe(plain.choices[0].message.content)
  })

  test("shows the client the first token before the last is made", async () => {
    const response = await openVerified(gated, PATH, asked({ stream: true, max_tokens: 3 }))
    const chunks = chunksOf(response)
    expect(contents(await until(chunks, /first/))).toEqual(["", "first"])
    await text(await openVerified(gated, "/go"))
    expect(contents(await until(chunks, / 2"/))).toEqual([" 2"])
    await text(await openVerified(gated, "/go"))
    expect(contents(await until(chunks, /\[DONE\]/))).toEqual([" 3"])
  })

  test("stops making tokens when the client goes away", async () => {
    const response = await openVerified(gated, PATH, asked({ stream: true, max_tokens: 3 }))
    await until(chunksOf(response), /first/)
    response.destroy()
    expect(await text(await openVerified(gated, "/stopped"))).toBe("")
  })
})
