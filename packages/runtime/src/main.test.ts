import { once } from "node:events"
import { createServer } from "node:http"
import { connect } from "node:net"
import { describe, expect, test } from "vitest"
import { artifact, startWorker } from "./worker-process.fixture.ts"

const hello = artifact(`export default { fetch: () => new Response("hello") }`)

describe("a worker process: it", () => {
  test("serves the artifact's entry on the port it was given", async () => {
    await using worker = await startWorker(hello)
    const response = await fetch(`http://127.0.0.1:${await worker.port()}/`)
    expect(await response.text()).toBe("hello")
  })

  test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ["a missing manifest", {}, {}, /^artifact_invalid: .*manifest\.json cannot be read/],
    ["a malformed manifest", { "manifest.json": "{" }, {}, /^artifact_invalid: .*is not JSON/],
    [
      "another kind",
      { "manifest.json": `{"kind":"program","entry":"a"}` },
      {},
      /^artifact_invalid: .*has kind "program"/,
    ],
    [
      "an entry outside",
      { "manifest.json": `{"kind":"worker","entry":"../a"}` },
      {},
      /^artifact_invalid: .*inside the/,
    ],
    ["no default export", artifact("export const a = 1"), {}, /^handler_missing: index\.mjs has no default export/],
    ["no fetch", artifact("export default {}"), {}, /^handler_missing: index\.mjs default-exports .* without a fetch/],
    ["no port", hello, { PORT: "" }, /^port_invalid: PORT is ""/],
    ["a wrong port", hello, { PORT: "http" }, /^port_invalid: PORT is "http"/],
    [
      "an entry that throws",
      artifact(`throw new Error("no database")`),
      {},
      /Error: no database\n\s+at .*index\.mjs:1/,
    ],
  ])("exits with 1 and says why on %s", async (_case, files, environment, message) => {
    await using worker = await startWorker(files, environment)
    expect(await worker.exit()).toEqual({ code: 1, signal: null })
    expect(worker.errors()).toMatch(message)
  })

  test("exits with 1 when its port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1")
    await once(holder, "listening")
    const address = holder.address()
    const port = typeof address === "object" && address ? address.port : 0
    await using worker = await startWorker(hello, { PORT: String(port) })
    expect(await worker.exit()).toEqual({ code: 1, signal: null })
    expect(worker.errors()).toContain("EADDRINUSE")
    holder.close()
  })

  test("finishes what is under way on SIGTERM, accepts nothing more, and exits with 0", async () => {
    await using worker = await startWorker(
      artifact(`
        const release = Promise.withResolvers()
        process.on("SIGTERM", () => setImmediate(release.resolve))
        export default {
          fetch: () => new Response(new ReadableStream({
            async start(controller) {
              controller.enqueue(new TextEncoder().encode("first,"))
              await release.promise
              controller.enqueue(new TextEncoder().encode("last"))
              controller.close()
            },
          })),
        }`),
    )
    const port = await worker.port()
    const response = await fetch(`http://127.0.0.1:${port}/`)
    worker.child.kill("SIGTERM")
    expect(await response.text()).toBe("first,last")
    expect(await worker.exit()).toEqual({ code: 0, signal: null })
    const [error] = await once(connect(port, "127.0.0.1"), "error")
    expect(error).toMatchObject({ code: "ECONNREFUSED" })
  })

  test("exits with 0 at once on SIGTERM when nothing is under way", async () => {
    await using worker = await startWorker(hello)
    await (await fetch(`http://127.0.0.1:${await worker.port()}/`)).text()
    worker.child.kill("SIGTERM")
    expect(await worker.exit()).toEqual({ code: 0, signal: null })
  })
})
