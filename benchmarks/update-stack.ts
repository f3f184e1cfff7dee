import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"

const STACK = `
import * as alien from "@alienplatform/core"
const code = (src) => ({ type: "source", src, toolchain: { type: "typescript" } })
const api = new alien.Worker("api").code(code("./api")).publicEndpoint("web").build()
const web = new alien.Container("web").code(code("./web")).replicas(2).publicEndpoint("web", 8080).build()
export default new alien.Stack("bench").add(api, "live").add(web, "live").build()
`

/** Writes a stack of a Worker `api` and a Container `web` with two replicas; both answer with their version. */
export async function writeUpdateStack(folder: string, version: string): Promise<void> {
  const files = {
    "alien.ts": STACK,
    "api/index.ts": `export default { fetch: () => new Response("${version}") }\n`,
    "web/index.ts": `import { createServer } from "node:http"
createServer((_, response) => response.end("${version}")).listen(Number(process.env.PORT), "127.0.0.1")
`,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}
