/** `npm run docs:compatibility`: writes the table of compatibility in docs/api.md from the recordings. */
import { readFile, writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { compatibilityPage } from "./page.ts"

const page = resolve(import.meta.dirname, "../../docs/api.md")
await writeFile(page, compatibilityPage(await readFile(page, "utf8")))
