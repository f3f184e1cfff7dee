import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const STACK = `import * as alien from "@alienplatform/core"
const api = new alien.Worker("api")
  .code({ type: "source", src: "./api", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .build()
export default new alien.Stack("shop").add(api, "live").build()
`

/** Writes a stack with one Worker to a temporary folder, which is removed when this is disposed. */
export async function writeShopStack(): Promise<{ cwd: string } & AsyncDisposable> {
  const cwd = await mkdtemp(join(tmpdir(), "alien-shop-"))
  await writeFile(join(cwd, "alien.ts"), STACK)
  await mkdir(join(cwd, "api"))
  await writeFile(join(cwd, "api/index.ts"), `export default { fetch: () => new Response("hello") }\n`)
  return { cwd, [Symbol.asyncDispose]: () => rm(cwd, { recursive: true }) }
}
