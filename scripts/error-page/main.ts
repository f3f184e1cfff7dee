/** `npm run docs:errors`: writes docs/errors.md from the table of codes. */
import { writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { errorPage } from "./error-page.ts"

await writeFile(resolve(import.meta.dirname, "../../docs/errors.md"), errorPage())
