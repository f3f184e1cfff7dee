import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Journey } from "./journey.ts"

/** Source of a handler that answers with its version and the URL that the SDK knows for itself. */
export const versionedHandler = (version: number): string => `
import { worker } from "@alienplatform/sdk"
export default {
  async fetch(request) {
    const url = await (await worker("shop")).getUrl()
    return Response.json({ version: ${version}, url, seen: request.url })
  },
}
`

const ONE_WORKER = `
import * as alien from "@alienplatform/core"
const shop = new alien.Worker("shop")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .build()
export default new alien.Stack("shop").add(shop, "live").build()
`

/** Writes a stack of one Worker `shop` with one endpoint `web`; returns its folder. */
export async function writeStack({ sandbox }: Journey, source: string, stack = ONE_WORKER): Promise<string> {
  const folder = join(sandbox.directory, "shop")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "alien.ts"), stack)
  await writeFile(join(folder, "index.ts"), source)
  return folder
}
