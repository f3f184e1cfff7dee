import { execFile } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { parseStack } from "@alienplatform/core"
import { expect, test } from "vitest"
import { buildArtifacts } from "../build-artifacts.ts"
import { folderWith } from "../files.fixture.ts"
import { unpack } from "../unpack.fixture.ts"

const run = promisify(execFile)

const PROJECT = {
  "package.json": `{"type":"module","dependencies":{"argon2":"0.45.1","sharp":"0.35.5"}}`,
  "api.ts": `import argon2 from "argon2"
    import sharp from "sharp"
    const image = sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
    const { info } = await image.png().toBuffer({ resolveWithObject: true })
    console.log(await argon2.verify(await argon2.hash("secret"), "secret"), info.format, info.width)
    export default { fetch: () => new Response() }`,
}

test("packages that ship addons, and that have one per platform, run from the artifact alone", async () => {
  await using folder = await folderWith(PROJECT)
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder.path })
  const code = { type: "source", src: "api.ts", toolchain: { type: "typescript" } }
  const api = { lifecycle: "live", config: { type: "worker", id: "api", code } }
  const stack = parseStack({ id: "shop", resources: { api } })
  await using built = await buildArtifacts(stack, { directory: folder.path })
  const { bytes } = await unpack(await readFile(built.artifacts[0]?.file ?? ""))
  await using away = await folderWith(bytes)
  await writeFile(join(away.path, "run.mjs"), `await import("./index.mjs")`)
  expect((await run(process.execPath, [join(away.path, "run.mjs")])).stdout).toBe("true png 3\n")
}, 180_000)
