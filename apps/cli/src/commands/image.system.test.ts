import { chmod } from "node:fs/promises"
import { join } from "node:path"
import { BlobDirectory, buildImage, parseReference, platformOfTarget, pushImage, Registries } from "@alienplatform/oci"
import { askImage, debianFiles, startDockerRegistry, unpackImage } from "@alienplatform/oci/testing"
import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"

/** Where an error was made, by its own account. */
const AT = 'new Error().stack?.split("\\n")[1]'

const PROJECT = {
  "alien.ts": `import * as alien from "@alienplatform/core"
    const code = { type: "source", src: "./api", toolchain: { type: "typescript" } } as const
    export default new alien.Stack("shop")
      .add(new alien.Worker("api").code(code).publicEndpoint("web").build(), "live")
      .add(new alien.Daemon("program").code({ ...code, src: "./program" }).build(), "live")
      .add(new alien.Daemon("agent").code({ ...code, src: "./agent" }).command(["./start.sh"]).build(), "live")
      .build()`,
  "api/index.ts": `import { readFileSync } from "node:fs"
    const data = readFileSync(new URL("./data.txt", import.meta.url), "utf8")
    export default { fetch: () => Response.json({ uid: process.getuid?.(), cwd: process.cwd(), data, at: ${AT} }) }`,
  "program/index.ts": `import { createServer } from "node:http"
    const server = createServer((_, response) => response.end(JSON.stringify({ uid: process.getuid?.(), cwd: process.cwd(), at: ${AT} })))
    server.listen(0, "127.0.0.1", () => console.log((server.address() as { port: number }).port))`,
  "api/data.txt": "carried",
  "agent/start.sh": `#!/bin/sh\nexec node serve.mjs\n`,
  "agent/serve.mjs": `import { createServer } from "node:http"
    const server = createServer((_, response) => response.end(JSON.stringify({ uid: process.getuid(), cwd: process.cwd() })))
    server.listen(0, "127.0.0.1", () => console.log(server.address().port))`,
}

test("images of a Worker, a program and a command run as nobody on a base of Debian's packages", async () => {
  expect(process.getuid?.(), "an image is unpacked with its owners: run as root").toBe(0)
  await using folder = await folderWith(PROJECT)
  await chmod(join(folder.path, "agent/start.sh"), 0o755)
  await using server = await startDockerRegistry()
  await using registries = new Registries()
  const base = `${server.registry}/base/node:24`
  const image = await buildImage({
    platform: platformOfTarget(`${process.platform}-${process.arch}`) ?? { os: "linux", architecture: "amd64" },
    layers: [{ name: "debian and node", files: await debianFiles() }],
    execution: { env: { PATH: "/usr/bin:/bin" } },
    blobs: new BlobDirectory(join(folder.path, "base")),
  })
  await pushImage(image, { registries, to: parseReference(base) })

  const told: Record<string, unknown> = {}
  for (const resource of ["api", "program", "agent"]) {
    const reference = `${server.registry}/shop/${resource}:v1`
    const context = fakeContext({ cwd: folder.path, home: folder.path })
    const exit = await run(["image", "build", resource, "--base", base, "--push", reference], context)
    expect(exit, context.err).toBe(0)
    await using place = await folderWith({})
    const { root, config } = await unpackImage(reference, place.path)
    // Any free port, for several run beside each other here.
    told[resource] = await askImage(root, { ...config.config, Env: [...config.config.Env, "PORT=0"] })
  }
  expect(told).toEqual({
    api: { uid: 65532, cwd: "/app", data: "carried", at: expect.stringMatching(/\(index\.ts:3:\d+\)$/) },
    program: { uid: 65532, cwd: "/app", at: expect.stringMatching(/\(index\.ts:2:\d+\)$/) },
    agent: { uid: 65532, cwd: "/app" },
  })
}, 120_000)
